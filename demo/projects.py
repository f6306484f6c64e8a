"""What the companies of the story write about their projects: one text each, as nobody else's."""

from typing import NamedTuple


class Project(NamedTuple):
    """The texts of one project, by question of the form."""

    problem: str
    solution: str
    abstract: str
    customers: str
    europe: str
    steps: str
    risks: str


_ANODISING = Project(
    "Our anodising line runs on the experience of two people. Bath chemistry drifts within a shift, layers come out between "
    "12 and 19 micrometres, and every seventh rack is stripped and treated again.",
    "A digital twin calculates the layer from current, temperature and acid while the rack hangs in the bath, and proposes when to "
    "lift it. A provider who has done this for zinc lines adapts its model to aluminium.",
    "Layer thickness foreseen during anodising, so that racks are lifted at the right second.",
    "Aerospace suppliers in Toulouse and Turin pay for layers within two micrometres. Today we measure each piece after the bath "
    "and send one lot in eleven late.",
    "The model of the bath is published with its constants; three anodisers of the cluster have asked to try it.",
    "First quarter: sensors in two baths, data of 400 racks. Second: the model beside the operators, without a say. Then it "
    "proposes, and we count stripped racks against the year before.",
    "Sensors may not survive the acid: a spare set with sapphire windows is ordered and tested in month two.",
)
_MOULDS = Project(
    "Injection moulds fail without warning. Last year we stopped eleven times for a worn ejector or a cold channel, each time "
    "for half a day, and paid a night courier to keep a car maker's line going.",
    "Vibration and cavity pressure tell how a mould ages. We fit both to our forty busiest moulds and learn from every repair "
    "when the next one is due; the toolmaker gets the order a week ahead.",
    "Care of moulds by what they tell, not by the calendar.",
    "Seven buyers of housings and clips in Romania and Hungary. They keep two weeks of stock only because we cannot say when a "
    "mould will stop.",
    "Toolmakers on both sides of the border read the same file; its format is an open one.",
    "Spring: eight moulds instrumented, repairs described in one list of words. Summer: all forty. Autumn: forecasts against "
    "what really broke, then training for the shop in Cluj.",
    "Old moulds have no room for a pressure sensor; for these we use the one in the machine's nozzle, which is less exact.",
)
_VISION = Project(
    "Short series are checked by hand today. An operator needs 90 seconds for each part, and 4 % of the faults reach the "
    "customer. We measured this over six months in our own plant.",
    "We add a station that learns a new part from twenty good samples, so that a series of fifty pieces is worth setting up. A "
    "provider with three stations in larger plants works with us.",
    "Camera control that pays for fifty steel parts, shown in daily use in a plant of fifty people.",
    "Two makers of hydraulic valves and one of pumps buy series of 20 to 200 parts from us. Each receives 3 to 5 % faulty parts "
    "today and checks all of them again, about 40 seconds a part.",
    "Our customers sit in three member states; the method is described openly so that others can use it.",
    "Months 1 to 3: station built and connected. Months 4 to 8: four series in daily use, figures taken each week. Months 9 to "
    "12: second station, training of six operators, report.",
    "Reflecting surfaces may need another light: we have two weeks and a second supplier for it.",
)
_FOUNDRY = Project(
    "Melting takes two thirds of our electricity and nobody sees it in time. Furnaces are kept hot through the night because "
    "starting them anew was once a problem; the bill arrives five weeks later.",
    "Meters on each furnace and compressor, a price forecast for the next day, and a plan of melts that the foreman can change. The "
    "company that made the monitor for a glass works installs ours.",
    "A foundry that knows at noon what its afternoon will cost.",
    "Pump and gearbox makers ask for the kilowatt-hours behind each casting. We estimate them by weight, and they know it.",
    "Castings with a true figure of energy help buyers in Belgium and Germany with their own reports.",
    "Meters by February, a month of watching, then one furnace after the other on the new plan. In October we compare tonnes and "
    "kilowatt-hours with last year's and open the doors for a day.",
    "If the grid tariff changes in summer, savings shift; we show them in hours as well as in euros.",
)
_ROBOTS = Project(
    "Planning a robot cell takes us seven weeks, four of them waiting for a reply. Drawings go by mail, reach is tested on the "
    "floor, and one cell in five is rebuilt before it is accepted.",
    "Buyer, integrator and we stand in one three-dimensional plan in the browser; reach, cycle and fences are checked as one moves "
    "things. The planning service runs in a European data centre.",
    "Robot cells that are argued about before they are bolted down.",
    "Small welding shops that buy their first robot. They decide by trust, and half of them give up between offer and order.",
    "Partners in Wallonia and Piedmont test the plan with their own customers, in their own language.",
    "We bring our fifteen standard cells into the plan, try it with three shops, repair what confuses them, and sell the first "
    "cell planned in this way before the year ends.",
    "Shops with slow lines: the plan also runs on a laptop without a net, with less detail.",
)
_WELDS = Project(
    "A weld is judged by eye and by a saw: we cut one seam in two hundred. What lies between is believed, not known, and a "
    "crane maker sent back a whole trailer in March.",
    "An infrared camera follows the torch and compares the cooling curve with that of seams we have cut. The welder sees green or "
    "amber while the metal is still hot.",
    "Seams judged by how they cool.",
    "Crane and trailer builders, who test with ultrasound at eleven euros a metre. They would take our record instead, if it "
    "proves right for a year.",
    "Standards for such records are being written; we send our curves to the committee.",
    "Two hundred seams with camera and saw, then two welders with the light, then all six. A laboratory in Modena repeats every "
    "tenth judgement.",
    "Smoke may hide the seam: an air knife from a laser supplier has been lent to us.",
)
_PALLETS = Project(
    "Trackers on pallets die after fourteen months and nobody changes the battery. One fleet of ours has nine thousand silent "
    "boxes on the road today.",
    "A strip on the runner takes energy from every bump, enough for four messages a day. With the maker of the radio we build thirty "
    "pallets that never need a battery.",
    "Pallets that report where they are on the energy of their own journey.",
    "Breweries and flower auctions pool pallets in four countries and lose one in nine each year.",
    "Both the strip and the radio are made in the Union; the drawings of the mount are free to use.",
    "Bench tests until March, ten pallets on a lorry between Eindhoven and Lyon in April, thirty in a pool from June, and a count of "
    "messages against journeys in September.",
    "In winter the strip gives a third less: a small capacitor carries it over a night, as tests at minus twenty showed.",
)
_GAS = Project(
    "Traces of ammonia spoil lithography long before any meter on the wall moves. Clean rooms send air samples to a laboratory "
    "and read the answer nine days later.",
    "Light in a ring of silicon nitride loses a little at just one wavelength when ammonia is near. Our chip and a partner's package "
    "make an instrument of the size of a matchbox.",
    "Parts per billion of ammonia, told in a minute on the spot.",
    "Three chip makers and a maker of pellicles; one has lost a week of wafers to a leak above the ceiling.",
    "A pilot line for photonics in the Netherlands makes the chips; the package comes from France.",
    "Four instruments by early summer, two in a university's clean room, two at a pilot user, compared with the laboratory each "
    "Monday. A data sheet ends the project.",
    "Humidity looks like ammonia to the ring: a second ring, blind to ammonia, is subtracted.",
)
_METERS = Project(
    "Water meters speak in the clear. Anybody with a stick for thirty euros can read when a family is away, and a forged "
    "reading costs the utility a visit.",
    "A key inside the meter's radio chip signs and hides each reading; the utility renews it over the air. We put it into a thousand "
    "meters without changing their battery.",
    "Readings that only the utility can read, for ten years on one cell.",
    "Utilities in Ghent and Grenoble wrote the requirement into their tenders for the year after next.",
    _PALLETS.europe,
    _PALLETS.steps,
    _PALLETS.risks,
)
PROJECTS = {
    "Digital twin of an anodising line": _ANODISING,
    "Predictive care of injection moulds": _MOULDS,
    "Vision control for short steel series": _VISION,
    "Energy monitor for a foundry": _FOUNDRY,
    "Robot cell planning in the cloud": _ROBOTS,
    "Thermal imaging of welds": _WELDS,
    "Energy harvesting for pallet tracking": _PALLETS,
    "Photonic gas sensor for clean rooms": _GAS,
    "Secure radio for water meters": _METERS,
}
"""By title. The last one copies three answers of the one two before it, so that the call office has something to find."""
