"""The server over standard input and output."""

from __future__ import annotations

import gc
import logging
import os
import sys

from leadline.language_server.protocol import Connection
from leadline.language_server.server import Server, register

#: Seconds that the end waits for a query.
_PATIENCE = 2.0


def serve() -> int:
    """Serve one client until it ends the server, or goes away.

    Returns:
        0, or 1 where the client went without asking for the end.
    """
    # The client is told of faults by the protocol; pygls would write them here a second time.
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    # Whatever a library prints goes to standard error: a stray line would end the conversation.
    sys.stdout.flush()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    connection = Connection()
    server = Server(connection)
    register(server)
    # What is loaded by now stays: collecting garbage need not walk it while somebody types.
    gc.freeze()
    connection.start_io(sys.stdin.buffer, answers)
    code = 0 if connection.was_shut_down else 1
    if not server.stop(_PATIENCE):
        # A thread in the middle of a query would hold the process up, or bring it down.
        os._exit(code)
    return code
