"""Who plays in the demo story: projects, clusters, people, companies.

Facts of the two projects are public (acronyms, coordinators, partners, envelopes, targets); people, companies, numbers of
agreements and registers are invented, and so are values the sources do not give.
"""

from dataclasses import dataclass
from typing import Any

PASSWORD = "voucher-desk-demo"  # noqa: S105  (printed on the screen: a demo has no secrets)


@dataclass(frozen=True)
class Cluster:
    """An organisation of a consortium."""

    key: str
    name: str
    country: str
    town: str


@dataclass(frozen=True)
class Player:
    """A person who may sign in. `role` is empty for people of companies and for evaluators."""

    email: str
    name: str
    cluster: str = ""
    role: str = ""


@dataclass(frozen=True)
class Company:
    """A company that applies, with the person who writes for it."""

    key: str
    name: str
    country: str
    town: str
    size: str
    email: str
    person: str
    number: str
    iban: str = ""


@dataclass(frozen=True)
class ProjectScript:
    """A project as it is set up before the story begins."""

    data: dict[str, Any]
    envelope_cents: int
    clusters: tuple[Cluster, ...]
    players: tuple[Player, ...]
    indicators: tuple[tuple[str, str, int], ...]


DREAM = ProjectScript(
    data={
        "slug": "dream",
        "acronym": "DREAM",
        "name": "Digital REsilient europe for Advanced Manufacturing",
        "code": "DRM",
        "grant_agreement_number": "101074000 (demo)",
        "eu_grant_cents": 1_400_000_00,
        "contact_email": "calls@dream.example",
    },
    envelope_cents=1_050_000_00,
    clusters=(
        Cluster("scs", "Pôle SCS", "FR", "Rousset"),
        Cluster("mecatech", "Pôle Mecatech", "BE", "Namur"),
        Cluster("mesap", "MESAP", "IT", "Torino"),
        Cluster("clujit", "Cluj IT Cluster", "RO", "Cluj-Napoca"),
        Cluster("gac", "G.A.C. Group", "FR", "Sophia Antipolis"),
    ),
    players=(
        Player("mia@dream.example", "Mia Laurent", "scs", "manager"),
        Player("luc@dream.example", "Luc Peeters", "mecatech", "manager"),
        Player("fred@dream.example", "Fred Martin", "scs", "finance"),
        Player("paola@dream.example", "Paola Ferraris", "mesap", "partner"),
        Player("ann@audit.example", "Ann Lindqvist", "", "viewer"),
    ),
    indicators=(
        ("projects-funded", "Projects with a voucher", 35),
        ("smes-supported", "SMEs supported", 50),
        ("people-trained", "People trained", 100),
    ),
)

SILICON = ProjectScript(
    data={
        "slug": "silicon-europe",
        "acronym": "Silicon Europe",
        "name": "Silicon Eurocluster: resilience of European electronics",
        "code": "SIL",
        "grant_agreement_number": "101074001 (demo)",
        "eu_grant_cents": 1_400_000_00,
        "contact_email": "calls@silicon-europe.example",
        "accent": "#0c6152",
    },
    envelope_cents=1_050_000_00,
    clusters=(
        Cluster("minalogic", "Minalogic", "FR", "Grenoble"),
        Cluster("saxony", "Silicon Saxony", "DE", "Dresden"),
        Cluster("hightech", "High Tech NL", "NL", "Eindhoven"),
        Cluster("dspvalley", "DSP Valley", "BE", "Leuven"),
        Cluster("mesap-silicon", "Electronics Cluster Piemonte (demo)", "IT", "Torino"),
    ),
    players=(
        Player("sofia@silicon.example", "Sofia Moreau", "minalogic", "manager"),
        Player("jens@silicon.example", "Jens Weber", "saxony", "manager"),
        Player("ines@silicon.example", "Ines Kuipers", "hightech", "finance"),
    ),
    indicators=(
        ("new-products", "New products or services", 12),
        ("projects-funded", "Innovation projects", 12),
        ("companies-reached", "Companies reached", 300),
        ("agreements-signed", "Companies that sign business agreements", 20),
        ("companies-abroad", "Companies internationalised", 15),
        ("people-trained", "People trained", 100),
    ),
)

EVALUATORS = (
    Player("eva@experts.example", "Eva Novak"),
    Player("ed@experts.example", "Ed Byrne"),
    Player("elif@experts.example", "Elif Demir"),
)

COMPANIES = (
    Company(
        "rossi",
        "Rossi Meccanica S.r.l.",
        "IT",
        "Brescia",
        "small",
        "alice@rossi.example",
        "Alice Bianchi",
        "BS-441270",
        "IT60X0542811101000000123456",
    ),
    Company(
        "delta",
        "Delta Anodisation SAS",
        "FR",
        "Marseille",
        "small",
        "bruno@delta.example",
        "Bruno Girard",
        "502113890",
        "FR1420041010050500013M02606",
    ),
    Company(
        "carpatica",
        "Carpatica Molds S.R.L.",
        "RO",
        "Cluj-Napoca",
        "medium",
        "dana@carpatica.example",
        "Dana Popescu",
        "J12/884/2011",
        "RO49AAAA1B31007593840000",
    ),
    Company(
        "fonderie",
        "Fonderie de la Sambre SA",
        "BE",
        "Charleroi",
        "medium",
        "marc@fonderie.example",
        "Marc Dubois",
        "0697449992",
        "BE71096123456769",
    ),
    Company(
        "robocell",
        "RoboCell Planning SAS",
        "FR",
        "Lyon",
        "micro",
        "lea@robocell.example",
        "Léa Fontaine",
        "811204553",
        "FR7630006000011234567890189",
    ),
    Company(
        "saldatura",
        "Saldatura Termica S.r.l.",
        "IT",
        "Torino",
        "small",
        "gianni@saldatura.example",
        "Gianni Conti",
        "TO-118822",
        "IT07X0542811101000000654321",
    ),
    Company(
        "voltedge",
        "VoltEdge GmbH",
        "DE",
        "Dresden",
        "small",
        "tina@voltedge.example",
        "Tina Krause",
        "HRB 39281",
        "DE89370400440532013000",
    ),
    Company(
        "sensoria",
        "Sensoria B.V.",
        "NL",
        "Eindhoven",
        "small",
        "noor@sensoria.example",
        "Noor de Vries",
        "17201133",
        "NL91ABNA0417164300",
    ),
    Company(
        "photonloop",
        "PhotonLoop SAS",
        "FR",
        "Grenoble",
        "micro",
        "hugo@photonloop.example",
        "Hugo Blanc",
        "849220117",
        "FR7630004000031234567890143",
    ),
    Company(
        "nanograde",
        "Nanograde Oy",
        "FI",
        "Espoo",
        "small",
        "aino@nanograde.example",
        "Aino Laine",
        "2874110-5",
        "FI2112345600000785",
    ),
)
