"""What counts as an account: words that tell what happened, and not only that something did."""

import re
from collections.abc import Mapping

FEWEST_TELLING = 3
"""Telling words of a sentence that can tell what happened."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HOLLOW: Mapping[str, frozenset[str]] = {
    "da": _listed(
        """
        af alle alt andre april at august blev blevet bliver brud bruddet dag dagen data databrud de
        december dem den denne der deres det dette dig din dine dit dog du efter eller en endnu er
        et februar fejl fejlen fik flere for forbindelse fordi fra fredag få fået gik gjorde gjort
        gå gået har havde helt hen hos hændelse hændelsen hændt i ikke ind inden ingen januar jer
        jeres juli juni kan kl kunne lave lavede lavet lørdag maj man mandag marts med medarbejder
        medarbejdere medarbejderen men mere mod må måske ned nogen noget nogle nok november når og
        også oktober om onsdag op oplysning oplysninger oplysningerne opstod opstået os over person
        personale persondata persondatasikkerheden personer personlige personoplysninger
        personoplysningerne problem problemer på regionen samt se september sig sikker sikkerhed
        sikkerheden sikkerhedsbrud sikre sikret sin sine sit situation skal ske sket skete skulle
        som så sådan søndag til tirsdag torsdag ud uden uheld uheldig uheldigt uheldigvis under
        uvedkommende ved vi vil ville vores være været én
        """
    ),
    "en": _listed(
        """
        a about access affected after all also an and any april are as at august be because been
        being breach breached but by can caused compromised could data day december did do does done
        due employee employees error errors event february for friday from had happen happened has
        have having her him his how human i if in incident information into involved involving is
        issue it its january july june made make march may member mistake mistakes monday month no
        not november occurred october of on one or our out over own people person personal possibly
        problem regarding region safe saturday secure secured security september situation so some
        somebody someone something staff such sunday than that the their them then there these they
        this those thursday to tuesday unfortunately up us was we wednesday were when where which
        while who will with without would you your
        """
    ),
}
"""Words that stand in an account and in an empty phrase alike."""
_WORD = re.compile(r"[^\W\d_]+")


def tells_something(sentence: str, language: str) -> bool:
    """Tell whether the sentence has words enough that say what happened ("da" or "en")."""
    words = {word for word in _WORD.findall(sentence.lower()) if word not in _HOLLOW[language]}
    return len(words) >= FEWEST_TELLING
