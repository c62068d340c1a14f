"""The settings of the Digital Post channel, and the guard between trial and production."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from breach.domain.messages import NotifierMisconfigured
from notifiers.memo import VERSIONS

SIMULATOR = "http://127.0.0.1:8001/apis/v1/"
PRODUCTION_HOSTS = frozenset({"api.digitalpost.dk", "prod.serviceplatformen.dk"})


@dataclass(frozen=True)
class ChannelSettings:
    """Where to send, as whom, and what is known of the other side."""

    url: str
    system_id: str
    api_token: str = field(repr=False)
    memo_version: str
    deduplicates_uuid: bool
    certificate: tuple[str, str] | None
    authorities: str | bool


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(settings: Mapping[str, str], name: str) -> str:
    path = settings.get(f"{name}_file", "")
    if not path:
        return settings.get(name, "")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotifierMisconfigured("secret_unreadable", setting=f"{name}_file") from error


def _choice(settings: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = settings.get(name) or default
    if value not in allowed:
        raise NotifierMisconfigured("setting_not_allowed", setting=name, allowed=", ".join(allowed))
    return value


def _url(settings: Mapping[str, str]) -> tuple[str, bool]:
    """Return the base address ending in a slash, and whether it is the simulator's (loopback)."""
    url = (settings.get("digital_post_url") or SIMULATOR).rstrip("/") + "/"
    parts = urlsplit(url)
    host, is_production = parts.hostname or "", settings.get("profile") == "production"
    if not host or parts.username or parts.query or parts.scheme not in ("http", "https"):
        raise NotifierMisconfigured("address_unreadable", setting="digital_post_url")
    if is_production and _is_loopback(host):
        raise NotifierMisconfigured("simulator_in_production", setting="digital_post_url")
    if not is_production and host in PRODUCTION_HOSTS:
        raise NotifierMisconfigured("production_host_in_trial", setting="digital_post_url")
    if parts.scheme != "https" and not _is_loopback(host):
        raise NotifierMisconfigured("address_not_https", setting="digital_post_url")
    return url, _is_loopback(host)


def _certificate(settings: Mapping[str, str]) -> tuple[str, str] | None:
    certificate = settings.get("digital_post_certificate", "")
    key = settings.get("digital_post_key", "")
    if bool(certificate) != bool(key):
        raise NotifierMisconfigured("certificate_without_key", setting="digital_post_key")
    return (certificate, key) if certificate else None


def read(settings: Mapping[str, str]) -> ChannelSettings:
    """Return the channel's settings; raise NotifierMisconfigured naming the setting that is wrong."""
    url, is_simulator = _url(settings)
    # Whether Digital Post drops a repeated UUID is unconfirmed: no, until the supplier says so in writing.
    repeats = _choice(settings, "digital_post_deduplicates", "yes" if is_simulator else "no", ("yes", "no"))
    system_id = settings.get("digital_post_system_id", "") or ("simulator" if is_simulator else "")
    token = _secret(settings, "digital_post_api_token") or ("simulator" if is_simulator else "")
    if not (system_id and token):
        raise NotifierMisconfigured("credentials_missing", setting="digital_post_system_id")
    return ChannelSettings(
        url=url,
        system_id=system_id,
        api_token=token,
        memo_version=_choice(settings, "memo_version", VERSIONS[0], VERSIONS),
        deduplicates_uuid=repeats == "yes",
        certificate=_certificate(settings),
        authorities=settings.get("digital_post_ca") or True,
    )
