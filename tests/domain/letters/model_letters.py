"""The two model letters of the language guide as a person edits them, without the block of addresses."""

WRONG_PERSON_DA = """\
# Et brev om dig blev sendt til en forkert person

Kære {navn}. Vi har lavet en fejl. Den 3. marts 2026 sendte vi et brev om dig til en forkert person. Fejlen
er vores, og vi beklager den.

# Hvad er der sket?

En medarbejder valgte en forkert modtager, da brevet skulle sendes med Digital Post. Den 5. marts ringede
modtageren til os. Sådan opdagede vi fejlen. Vi skriver først til dig i dag, den 6. marts. Vi skulle nemlig
være sikre på, hvem brevet handlede om.

# Hvilke oplysninger stod i brevet?

Dit navn og din adresse. Dit CPR-nummer. Oplysninger om dit helbred.

# Hvad kan det betyde for dig?

Et fremmed menneske har læst private oplysninger om dig. Det er ubehageligt, og personen kan have fortalt
det til andre. Det kan skade dit gode navn eller påvirke, hvordan andre ser på dig. Dit CPR-nummer kan også
blive brugt til at købe eller låne i dit navn. Det ved vi: Én person har åbnet brevet og har skrevet til os,
at det er slettet. Det ved vi ikke: Om andre nåede at se det.

# Hvad har vi gjort?

Vi har bedt personen om at slette brevet og ikke bruge det, der stod. Vi har anmeldt fejlen til
Datatilsynet, som holder øje med, at reglerne bliver fulgt. Nu skal to ansatte se på modtageren, før et brev
bliver sendt.

# Hvad kan du selv gøre?

Hold øje med din bank og med regninger, du ikke kender. Opret en kreditadvarsel på borger.dk. Så kan firmaer
se, at de skal passe ekstra på, før de giver lån i dit navn. Har du mistanke om misbrug? Så ring til Hotline
ved identitetstyveri på 33 98 00 98, og meld det til politiet på 114.

# Er brevet ægte?

Vi beder dig aldrig om koder, MitID eller penge. Er du i tvivl, så ring til os. Sagens nummer er {sag}.

# Spørg os

Ring til vores databeskyttelsesrådgiver, {navn}, på 61 55 55 55 på hverdage kl. 9-14. Du kan også skrive til
os med Digital Post.

# Dine rettigheder

Du kan bede om at se, rette eller slette oplysninger om dig. Du kan også bede os begrænse brugen af dem
eller gøre indsigelse. Vi må ikke altid slette, for vi har pligt til at gemme nogle ting. Er du ikke enig
med os, så sig det gerne til os først. Du kan altid klage til Datatilsynet.
"""

WRONG_PERSON_EN = """\
# A letter about you was sent to the wrong person

Dear {name}. We made a mistake. On 3 March 2026 we sent a letter about you to the wrong person. The mistake
is ours, and we are sorry.

# What happened?

A member of staff chose the wrong recipient when the letter was to be sent by Digital Post. On 5 March the
recipient called us. That is how we found out. We write to you only today, 6 March, because we had to be
sure whom the letter was about.

# What was in the letter?

Your name and address. Your CPR number. Information about your health.

# What can it mean for you?

A stranger has read private information about you. That is unpleasant, and the person may have told others.
It may harm your good name or affect how others see you. Your CPR number may also be used to buy or borrow
in your name. What we know: one person opened the letter and has written to us that it is deleted. What we
do not know: whether others saw it first.

# What have we done?

We have asked the person to delete the letter and not to use what it said. We have notified Datatilsynet,
the Danish data protection authority. Two members of staff must now check the recipient before a letter is
sent.

# What can you do?

Keep an eye on your bank and on bills you do not know. Add a credit warning at borger.dk. Companies can then
see that they must take extra care before they lend in your name. Do you suspect misuse? Call the identity
theft hotline on +45 33 98 00 98, and report it to the police on 114.

# Is this letter genuine?

We never ask you for codes, MitID or money. If in doubt, call us. The case number is {case}.

# Ask us

Call our data protection officer, {name}, on +45 61 55 55 55, weekdays 9-14. You can also write to us by
Digital Post.

# Your rights

You can ask to see, correct or delete data about you. You can also ask us to restrict their use, or object.
We may not always delete, as we have a duty to keep some things. If you disagree with us, please tell us
first. You can always complain to Datatilsynet.
"""

LARGE_LEAK_DA = """\
# Dit CPR-nummer er blevet stjålet fra os

Kære {navn}. Kriminelle har stjålet oplysninger om dig fra et it-system, vi har ansvaret for. Det skulle vi
have forhindret. Vi beklager.

# Hvad er der sket?

Mellem den 11. og den 14. maj 2026 var kriminelle inde i et system, som en leverandør driver for os. De tog
en kopi af en liste. Leverandøren opdagede det den 14. maj og ringede til os samme dag. Ca. 214.000 personer
står på listen, og du er en af dem. Vi skriver først nu, den 18. maj, fordi vi skulle finde alle på listen.

# Hvilke oplysninger tog de?

Dit navn, din adresse og dit CPR-nummer. Dit telefonnummer, hvis vi har det. Der stod intet om dit helbred
på listen.

# Hvad kan det betyde for dig?

Nogen kan prøve at låne eller købe i dit navn, og du kan miste penge. Du kan få falske opkald, sms'er og
breve. De kan lyde ægte, fordi de kender dit navn og CPR-nummer. Har du navne- og adressebeskyttelse, så
ring til os i dag på {tlf}. Det ved vi: Listen er kopieret. Det ved vi ikke: Hvem der har den, og om den
bliver brugt. Vi skriver til dig igen senest den 12. juni.

# Hvad har vi gjort?

Vi har lukket systemet for adgang udefra. Vi har meldt det til politiet og til Datatilsynet, som holder øje
med, at reglerne bliver fulgt. Eksperter leder efter listen på nettet hver dag. Vi flytter listen til et
andet system og gemmer færre oplysninger.

# Hvad kan du selv gøre?

Opret en kreditadvarsel på borger.dk. Så kan firmaer se, at de skal passe ekstra på, før de giver lån i dit
navn. Giv aldrig koder eller MitID til nogen, der ringer eller skriver. Læg på, og ring selv op på et
nummer, du kender. Hold øje med din bank og med regninger, du ikke kender. Har du mistanke om misbrug? Så
ring til Hotline ved identitetstyveri på 33 98 00 98, og meld det til politiet på 114.

# Er brevet ægte?

Vi beder dig aldrig om koder, MitID eller penge, og der er ingen links til at logge ind. Er du i tvivl, så
ring til os. Sagens nummer er {sag}.

# Spørg os

Ring på {tlf}, eller ring til vores databeskyttelsesrådgiver, {navn}, på 61 55 55 55 på hverdage kl. 9-14.
Du kan også skrive til os med Digital Post.

# Dine rettigheder

Du kan bede om at se, rette eller slette oplysninger om dig. Du kan også bede os begrænse brugen af dem
eller gøre indsigelse. Vi må ikke altid slette, for vi har pligt til at gemme nogle ting. Er du ikke enig
med os, så sig det gerne til os først. Du kan altid klage til Datatilsynet.
"""

LARGE_LEAK_EN = """\
# Your CPR number has been stolen from us

Dear {name}. Criminals have stolen data about you from an IT system that we are responsible for. We should
have prevented it. We are sorry.

# What happened?

Between 11 and 14 May 2026 criminals were inside a system that a supplier runs for us. They took a copy of a
list. The supplier found out on 14 May and called us the same day. About 214,000 people are on the list, and
you are one of them. We write only now, 18 May, because we had to find everyone on the list.

# Which data did they take?

Your name, address and CPR number. Your telephone number, if we have it. There was nothing about your health
on the list.

# What can it mean for you?

Someone may try to borrow or buy in your name, and you may lose money. You may get false calls, texts and
letters. They can sound genuine because they know your name and CPR number. If you have name and address
protection, call us today on {phone}. What we know: the list has been copied. What we do not know: who has
it, and whether it will be used. We will write to you again by 12 June.

# What have we done?

We have closed the system to access from outside. We have reported it to the police and to Datatilsynet, the
Danish data protection authority. Experts search the internet for the list every day. We are moving the list
to another system and will keep less data.

# What can you do?

Add a credit warning at borger.dk. Companies can then see that they must take extra care before they lend in
your name. Never give codes or MitID to anyone who calls or writes. Hang up, and call back on a number you
know. Keep an eye on your bank and on bills you do not know. Do you suspect misuse? Call the identity theft
hotline on +45 33 98 00 98, and report it to the police on 114.

# Is this letter genuine?

We never ask you for codes, MitID or money, and there are no links to log in. If in doubt, call us. The case
number is {case}.

# Ask us

Call {phone}, or our data protection officer, {name}, on +45 61 55 55 55, weekdays 9-14. You can also write
to us by Digital Post.

# Your rights

You can ask to see, correct or delete data about you. You can also ask us to restrict their use, or object.
We may not always delete, as we have a duty to keep some things. If you disagree with us, please tell us
first. You can always complain to Datatilsynet.
"""
