"""Digital Post, the national mailbox: messages in MeMo 1.2 or 1.1 over REST."""

from notifiers.digital_post.notifier import DigitalPostNotifier

__all__ = ["DigitalPostNotifier"]
