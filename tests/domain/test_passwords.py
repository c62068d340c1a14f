"""Passwords that everybody tries, that hold a name, or that are too short are refused; sentences are not."""

import pytest

from breach.domain.passwords import LONGEST, SHORTEST, weakness

NAMES = ("sara.prøve", "Sara Prøvesen", "nordjylland", "Region Nordjylland", "Bo Ib")


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("x1-" * 4, "password_length", id="short"),
        pytest.param("brun hest 77 går" + "!" * LONGEST, "password_length", id="long"),
        pytest.param("brun hest går f", None, id="shortest"),
        pytest.param("e\u0301" * (SHORTEST - 1), "password_length", id="counted-as-composed"),
        pytest.param("min hest hedder SARA", "password_name", id="own-name"),
        pytest.param("s-a-r-a er ikke her", "password_name", id="hyphens-hide-no-name"),
        pytest.param("vi er fra Nordjylland", "password_name", id="region"),
        pytest.param("jeg bruger Breach Desk", "password_name", id="product"),
        pytest.param("bo og ib spiser fisk", None, id="short-names-stand-in-too-much"),
        pytest.param("aaaaaaaaaaaaaaaa", "password_common", id="one-letter"),
        pytest.param("123456789012345", "password_common", id="digits"),
        pytest.param("qwertyuiopåasdfgh", "password_common", id="keyboard"),
        pytest.param("q1w2e3r4t5y6u7i8", "password_common", id="two-runs-woven"),
        pytest.param("Adgangskode12345", "password_common", id="password-in-danish"),
        pytest.param("PasswordPassword1", "password_common", id="password-twice"),
        pytest.param("Velkommen-2026-2026", "password_common", id="welcome-and-year"),
        pytest.param("kaffe kaffe kaffe kaffe", "password_common", id="repeated"),
        pytest.param("mailcreated5240", "password_common", id="leaked"),
        pytest.param("ne_e_pod_chehyl", "password_common", id="leaked-with-hyphens"),
        pytest.param("NICK1234-rem936", "password_common", id="leaked-with-capitals"),
        pytest.param("manchesterunited", "password_common", id="leaked-words"),
        pytest.param("rejer og tre gamle cykler", None, id="sentence"),
        pytest.param("et-langt-kodeord-til-prøve", None, id="common-word-among-others"),
    ],
)
def test_password_is_refused_for(password: str, expected: str | None) -> None:
    assert weakness(password, NAMES) == expected
