"""The outbox: a folder of messages, for trials; a person carries them on and says what became of them."""

from notifiers.outbox.notifier import OutboxNotifier

__all__ = ["OutboxNotifier"]
