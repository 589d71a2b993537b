"""What the generated texts are put together from. Each list is in order of use: the first are common, the last rare."""

WHO = (
    "Il Comune", "L'ufficio intercultura", "Lo sportello", "Il gruppo di lavoro", "La cooperativa", "Il servizio sociale",
    "La biblioteca", "La scuola", "Una rete di associazioni", "Il centro per l'impiego", "La consulta", "Il consultorio",
    "Un gruppo di mediatrici", "L'assessorato", "Il centro per le famiglie", "La ludoteca", "L'anagrafe", "Il CPIA",
    "La polizia locale", "L'agenzia per la casa", "Il patronato", "L'università", "Il mercato coperto", "Il teatro",
)  # fmt: skip
DOES = (
    "organizza incontri", "accompagna le persone", "apre uno sportello", "propone corsi di italiano",
    "raccoglie le domande", "mette a disposizione una sala", "cerca alloggi in affitto", "offre mediazione linguistica",
    "segue le iscrizioni a scuola", "forma gli operatori", "promuove tirocini", "pubblica una guida in sei lingue",
    "tiene un registro delle richieste", "coinvolge i condomìni", "fa da garante con i proprietari", "cura un orto comune",
    "allestisce un laboratorio", "distribuisce un questionario", "aggiorna il regolamento", "apre il cortile la domenica",
    "stipula un protocollo", "traduce i moduli", "ospita uno spazio per i compiti", "conduce gruppi di parola",
)  # fmt: skip
FOR_WHOM = (
    "per le famiglie", "per chi arriva da poco", "per le donne", "per i giovani", "per chi cerca lavoro",
    "per chi cerca casa", "per i genitori", "per i minori non accompagnati", "per le seconde generazioni",
    "per chi lavora nei campi", "per le persone titolari di protezione", "per gli anziani soli", "per i neoarrivati",
    "per le assistenti familiari", "per gli studenti", "per i vicini di casa", "per i commercianti", "per le neomamme",
)  # fmt: skip
WHERE = (
    "nel quartiere", "in centro", "nelle scuole", "in biblioteca", "vicino alla stazione", "nei condomìni popolari",
    "nella sala civica", "nelle frazioni", "al mercato", "nei cortili", "nel centro di quartiere", "in municipio",
    "nella palestra comunale", "lungo il fiume", "nell'ex mattatoio", "nella zona industriale", "sul lungomare",
)  # fmt: skip
HOW = (
    "due volte alla settimana", "con l'aiuto dei volontari", "con una convenzione", "in accordo con la prefettura",
    "grazie a un bando", "senza appuntamento", "dopo un colloquio", "in piccoli gruppi", "con un interprete",
    "durante l'estate", "in orario serale", "attraverso una chat", "a turno", "insieme alle comunità religiose",
    "con il passaparola", "secondo un calendario condiviso", "con i fondi europei", "entro trenta giorni",
)  # fmt: skip
BECAUSE = (
    "perché le liste d'attesa erano lunghe", "perché gli uffici lavoravano separati", "dopo una ricerca del territorio",
    "su richiesta delle scuole", "perché mancavano informazioni chiare", "dopo alcuni conflitti tra vicini",
    "perché pochi conoscevano i servizi", "in continuità con un progetto precedente", "dopo la chiusura di una fabbrica",
    "perché gli affitti erano cresciuti", "dopo l'arrivo di nuove famiglie", "perché i moduli erano difficili",
)  # fmt: skip
OUTCOME = (
    "Le richieste sono aumentate", "Le famiglie tornano più volte", "I tempi si sono ridotti", "I conflitti sono diminuiti",
    "Molte persone hanno trovato casa", "Gli uffici si scambiano i dati", "Il corso ha una lista d'attesa",
    "Il personale si sente più sicuro", "Alcuni tirocini sono diventati contratti", "La sala è sempre piena",
    "Gli abitanti propongono le attività", "Metà del gruppo ha concluso il percorso", "Le iscrizioni arrivano in tempo",
)  # fmt: skip
TROUBLE = (
    "All'inizio veniva poca gente", "I fondi sono arrivati tardi", "È stato difficile trovare interpreti",
    "Alcuni proprietari si sono tirati indietro", "Gli orari non andavano bene a chi lavora",
    "Il ricambio degli operatori ha rallentato tutto", "La sala era lontana dai mezzi pubblici",
    "Le rilevazioni non erano confrontabili", "Non tutti gli uffici hanno partecipato", "Il bando è andato deserto",
)  # fmt: skip
THING = (
    "Sportello", "Casa", "Scuola", "Laboratorio", "Portierato", "Orto", "Biblioteca", "Corso di italiano", "Consulta",
    "Festa", "Rete", "Mediazione", "Bottega", "Doposcuola", "Cantiere", "Guida", "Agenzia", "Osservatorio", "Ponte",
    "Ciclofficina", "Sartoria", "Radio", "Emporio", "Condominio",
)  # fmt: skip
OF = (
    "del quartiere", "dei vicini", "delle donne", "del lavoro", "dei diritti", "per tutti", "delle lingue", "di comunità",
    "dei giovani", "delle famiglie", "senza frontiere", "dell'incontro", "del mondo", "della stazione", "dei cortili",
)  # fmt: skip
TAGS = (
    "scuola", "casa", "lavoro", "lingua", "donne", "giovani", "mediazione", "sport", "quartiere", "salute", "famiglie",
    "volontariato", "cultura", "cibo", "musica", "teatro", "affitti", "tirocini", "anagrafe", "biblioteche",
)  # fmt: skip
# Rare names of streets, associations and places are made of these.
SYLLABLES = (
    "ba", "be", "bri", "ca", "ce", "cor", "da", "del", "do", "fa", "fio", "ga", "gri", "la", "li", "lo", "ma", "me", "mon",
    "na", "no", "pa", "per", "po", "ra", "ri", "ro", "sa", "san", "se", "sto", "ta", "te", "tor", "va", "ve", "vi", "za",
)  # fmt: skip
