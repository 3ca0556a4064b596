"""Deliveries: the outputs of a project, and handing them what is due in the outbox."""

from leadline.delivery.outputs import ReadyOutput, open_outputs, unknown_outputs
from leadline.delivery.sending import deliver

__all__ = ["ReadyOutput", "deliver", "open_outputs", "unknown_outputs"]
