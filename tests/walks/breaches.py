"""The eleven breaches: what is reported, how it is assessed, what is said of it. All invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.browser.reporting import CONTACT, REGION, Report, moment

Chosen = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True)
class Breach:
    """A breach as its people tell it.

    report: what is typed and chosen in the report; facts: what the handler answers beyond it
    account: what happened and what was done, in both languages; reasoning: why it is decided so
    """

    name: str
    report: Report
    facts: Chosen
    account: Mapping[str, str]
    reasoning: str
    counts: Mapping[str, str] = field(default_factory=dict)

    @property
    def affected(self) -> int:
        """How many people are affected, as the report says."""
        return int(self.report.typed["people"]["affected_subject_count"])


def staff(
    what: str, seen: str, cause: str, kinds: tuple[str, ...], count: str, done: str, unit: str
) -> Report:
    """Return a report by staff: what happened, who can have seen what, by whom, and what was done."""
    return Report(
        {
            "who": {"unit": unit},
            "what": {"what": what},
            "when": moment("discovered"),
            "people": {"affected_subject_count": count},
            "done": {"containment": done},
            "contact": CONTACT,
        },
        {
            "who": [("kind", "staff"), REGION],
            "what": [("affected_confidentiality", seen), ("affected_cause", cause)],
            "when": [("occurred_kind", "unknown")],
            "people": [("affected_data_categories", kind) for kind in kinds],
        },
    )


def processor(what: str, seen: str, cause: str, kinds: tuple[str, ...], count: str, done: str) -> Report:
    """Return a report by a processor of one region."""
    return Report(
        {
            "who": {"processor_name": "Eksempel Drift A/S", "processor_contract": "Aftale 12"},
            "what": {"what": what, "processor_activity": "Drift af bookingsystemet."},
            "when": moment("aware") | moment("exact"),
            "people": {"affected_subject_count": count, "affected_record_count": count},
            "done": {"containment": done},
            "contact": CONTACT,
        },
        {
            "who": [("as_processor", "y"), ("processor_controllers", "this_region"), REGION],
            "what": [("affected_confidentiality", seen), ("affected_cause", cause)],
            "when": [("occurred_kind", "exact"), ("processor_ongoing", "no")],
            "people": [("affected_data_categories", kind) for kind in kinds],
        },
    )


_CLEAR: Chosen = {"insight": "full", "identifiability": "maximum", "protection": "none"}
_CARE = ("identity", "national_id", "health")

WRONG_PATIENT = Breach(
    "letter to a wrong patient",
    staff(
        "Et brev om en patients operation kom i en kuvert til en anden patient, som ringede til afsnittet.",
        "known_recipients",
        "internal_accidental",
        _CARE,
        "1",
        "Patienten er bedt om at lægge brevet i en kuvert og levere det tilbage.",
        "Ortopædkirurgi",
    ),
    _CLEAR,
    {
        "summary": "Et brev om din operation kom i en forkert kuvert og blev læst af en anden patient.",
        "measures": "Vi henter brevet, og to ansatte ser nu på navnet, før kuverten lukkes.",
        "summary_en": "A letter about your operation was read by another patient.",
        "measures_en": "We are fetching the letter, and two now check the name on the envelope.",
    },
    "Helbred og CPR-nummer er hos en fremmed, som har læst brevet.",
    {"recipient_count": "1"},
)
BREACHES = (
    WRONG_PATIENT,
    Breach(
        "e-mail with everybody in Cc",
        staff(
            "En mail om et kursus for pårørende gik til 40 familier med alle adresser synlige i feltet Cc.",
            "known_recipients",
            "internal_accidental",
            ("identity", "contact"),
            "40",
            "Alle modtagere er bedt om at slette mailen.",
            "Børneafdelingen",
        ),
        {"insight": "some", "identifiability": "significant", "protection": "none"},
        {
            "summary": "En mail viste 40 familiers adresser til hinanden.",
            "measures": "Vi har bedt alle om at slette mailen og sender nu med skjult kopi.",
            "summary_en": "An e-mail showed the addresses of 40 families to each other.",
            "measures_en": "All are asked to delete it, and we now send with hidden copies.",
        },
        "Adresser alene, og modtagerne kender emnet i forvejen.",
        {"recipient_count": "40"},
    ),
    Breach(
        "mis-sent run of 18,856 letters",
        staff(
            "En fejl i fletningen forskød adresserne, så 18.856 indkaldelser gik til naboen på listen.",
            "known_recipients",
            "internal_accidental",
            _CARE,
            "18856",
            "Kørslen er stoppet, og listen er rettet.",
            "Diagnostisk Center",
        ),
        _CLEAR,
        {
            "summary": "Din indkaldelse blev sendt til en forkert person, fordi adresserne var forskudt.",
            "measures": "Kørslen er stoppet, og listen bliver nu prøvet på ti adresser, før den sendes.",
            "summary_en": "Your appointment was sent to a stranger, as the addresses had shifted.",
            "measures_en": "The run is stopped, and ten addresses are now tried before a list is sent.",
        },
        "Hver persons helbred og CPR-nummer er hos en fremmed.",
        {"recipient_count": "1"},
    ),
    Breach(
        "nosy look-ups",
        staff(
            "En medarbejder slog to naboer op i journalen uden at have dem i behandling. Loggen viser det.",
            "known_recipients",
            "internal_deliberate",
            _CARE,
            "2",
            "Adgangen er lukket, og medarbejderen har fået en samtale.",
            "Medicinsk afdeling",
        ),
        _CLEAR,
        {
            "summary": "En ansat læste i din journal uden at have dig i behandling.",
            "measures": "Vi har lukket adgangen og ser alle opslag fra det seneste år igennem.",
            "summary_en": "An employee read your record without treating you.",
            "measures_en": "We have closed the access and look through all look-ups of a year.",
        },
        "Helbred er læst med vilje af en, der kender de berørte.",
        {"recipient_count": "1"},
    ),
    Breach(
        "a supplier's open server",
        processor(
            "En server med bookinger stod åben på nettet uden kode i tre dage efter en opdatering.",
            "exposed",
            "internal_accidental",
            _CARE,
            "2600",
            "Serveren er lukket, og loggen er gemt.",
        ),
        _CLEAR,
        {
            "summary": "En server hos vores leverandør stod åben, så andre kunne se din booking.",
            "measures": "Serveren er lukket, og leverandøren prøver nu adgangen efter hver opdatering.",
            "summary_en": "A server of our supplier stood open, and others could see your booking.",
            "measures_en": "The server is closed, and the access is now tried after each update.",
        },
        "Loggen viser ikke, om nogen har hentet oplysningerne.",
    ),
    Breach(
        "stolen laptop",
        staff(
            "En bærbar computer uden kryptering blev stjålet fra en bil. Der lå en liste over patienter.",
            "unknown_recipients",
            "external_deliberate",
            _CARE,
            "120",
            "Tyveriet er meldt til politiet, og adgangen fra computeren er spærret.",
            "Hjemmebesøg",
        ),
        _CLEAR,
        {
            "summary": "En computer med en liste, som du står på, blev stjålet.",
            "measures": "Vi har spærret computeren og krypterer nu alle bærbare computere.",
            "summary_en": "A computer with a list that you are on was stolen.",
            "measures_en": "We have locked the computer and now encrypt all laptops.",
        },
        "Listen kan læses af den, der har computeren.",
    ),
    Breach(
        "ransomware with loss",
        processor(
            "Angribere låste et system til genoptræning og kopierede data, før de blev opdaget.",
            "exfiltrated",
            "external_deliberate",
            _CARE,
            "900",
            "Systemet er taget af nettet.",
        ),
        _CLEAR,
        {
            "summary": "Angribere brød ind hos vores leverandør og tog en kopi af oplysninger om dig.",
            "measures": "Systemet er sat op på ny, og alle adgange er skiftet.",
            "summary_en": "Attackers broke in at our supplier and copied data about you.",
            "measures_en": "The system is set up anew, and every access is changed.",
        },
        "Data er kopieret af angribere.",
    ),
    Breach(
        "wrong data in a record",
        staff(
            "To patienter med samme navn fik deres medicin skrevet i hinandens journal.",
            "none",
            "internal_accidental",
            _CARE,
            "2",
            "Journalerne er rettet, og lægerne har ringet til begge.",
            "Apoteket",
        ),
        {"insight": "full", "identifiability": "maximum", "integrity": "recoverable"},
        {
            "summary": "Medicin til en anden patient stod i din journal.",
            "measures": "Journalen er rettet, og CPR-nummeret skal nu tastes før medicin.",
            "summary_en": "Medicine of another patient stood in your record.",
            "measures_en": "The record is corrected, and the number is now typed before medicine.",
        },
        "Forkert medicin kan være givet på grundlag af journalen.",
    ),
    Breach(
        "publication on a page",
        staff(
            "Et bilag med navne på klagere blev lagt på regionens hjemmeside med dagsordenen.",
            "published",
            "internal_accidental",
            ("identity", "contact", "health"),
            "7",
            "Bilaget er taget ned, og søgemaskinerne er bedt om at slette det.",
            "Politisk sekretariat",
        ),
        _CLEAR,
        {
            "summary": "Et bilag med din klage lå på vores hjemmeside, så alle kunne læse den.",
            "measures": "Bilaget er taget ned, og to ansatte ser nu bilag igennem.",
            "summary_en": "An appendix with your complaint lay on our website for all to read.",
            "measures_en": "The appendix is taken down, and two now look through appendices.",
        },
        "Klagerne handler om helbred og kunne læses af alle.",
    ),
    Breach(
        "access fault without sign of misuse",
        staff(
            "En rettighed gav for mange ansatte adgang til en mappe med vagtplaner. Loggen viser intet.",
            "exposed",
            "internal_accidental",
            ("identity", "employment"),
            "60",
            "Rettigheden er rettet.",
            "IT",
        ),
        {"insight": "some", "identifiability": "significant", "protection": "none"},
        {
            "summary": "For mange ansatte kunne se en mappe med vagtplaner.",
            "measures": "Rettigheden er rettet, og mapper bliver nu set efter hvert kvartal.",
            "summary_en": "Too many members of staff could see a folder with rosters.",
            "measures_en": "The right is corrected, and folders are now looked at each quarter.",
        },
        "Kun ansatte med tavshedspligt kunne se mappen.",
    ),
    Breach(
        "paper left in a room",
        staff(
            "En dagsliste med patienter lå i et mødelokale natten over og blev fundet af rengøringen.",
            "known_recipients",
            "internal_accidental",
            _CARE,
            "14",
            "Listen er makuleret.",
            "Kirurgisk afdeling",
        ),
        _CLEAR,
        {
            "summary": "En liste med dit navn blev glemt i et mødelokale.",
            "measures": "Lister bliver nu makuleret på stuen.",
            "summary_en": "A list with your name was forgotten in a meeting room.",
            "measures_en": "Lists are now shredded on the ward.",
        },
        "Én person med tavshedspligt fandt listen og leverede den straks.",
        {"recipient_count": "1"},
    ),
)
