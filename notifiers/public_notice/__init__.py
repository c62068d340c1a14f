"""The public notice as a channel: one text for everybody, as a page and as plain text for the press."""

from notifiers.public_notice.publisher import PublicNoticePublisher

__all__ = ["PublicNoticePublisher"]
