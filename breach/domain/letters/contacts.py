"""Who a reader can turn to. All of it is set per controller and dated there; nothing here is a constant."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ControllerContact:
    """The controller as a citizen knows it. Phones are Danish numbers, eight digits with or without +45."""

    name_da: str
    name_en: str
    address: str
    cvr: str
    phone: str
    email: str


@dataclass(frozen=True)
class DpoContact:
    """The data protection officer or other contact point, and when the phone is answered."""

    phone: str
    hours_da: str
    hours_en: str
    name: str = ""


@dataclass(frozen=True)
class AuthorityContact:
    """The supervisory authority (Datatilsynet) and where to complain."""

    address: str
    phone: str
    email: str
    website: str


@dataclass(frozen=True)
class AdviceNumbers:
    """Numbers given as advice: the identity theft hotline, and the police where the case is not acute."""

    identity_theft: str
    police: str


@dataclass(frozen=True)
class LetterContacts:
    """All contacts that a letter names."""

    controller: ControllerContact
    dpo: DpoContact
    authority: AuthorityContact
    advice: AdviceNumbers
