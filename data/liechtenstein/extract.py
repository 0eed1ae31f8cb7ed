"""Make the extract beside this script out of a larger file of OpenStreetMap.

    python extract.py liechtenstein-2021-05-04.osm.pbf

It keeps what zoning needs: roads and paths, schools and kindergartens, buildings in which people
may live (as points), settlements with their population, and the borders of the municipalities.
Points are numbered anew, road by road, since that packs five times as well; ways and relations keep
their numbers.
"""

import sys
from pathlib import Path

import osmium

from zoning.travel.roads import KEYS

TARGET = Path(__file__).with_name("liechtenstein.osm.pbf")
PLACE_KEYS = ("amenity", "name", "building", "place", "population")
BORDER_KEYS = ("name", "type", "boundary", "admin_level")
NOT_HOMES = {
    "industrial", "garage", "garages", "commercial", "shed", "barn", "church", "school", "roof",
    "greenhouse", "retail", "office", "hut", "cowshed", "stable", "kindergarten", "warehouse",
    "farm_auxiliary", "chapel", "carport", "public", "parking", "hospital", "train_station",
}  # fmt: skip


class Points:
    """Gives out numbers for points and remembers them."""

    def __init__(self) -> None:
        """Start with none."""
        self.number: dict[int, int] = {}
        self.nodes: list[osmium.osm.mutable.Node] = []

    def of(self, node: osmium.osm.NodeRef) -> int:
        """Return the new number of a point of a way."""
        if node.ref not in self.number:
            self.number[node.ref] = self.add(node.lon, node.lat, {})
        return self.number[node.ref]

    def add(self, lon: float, lat: float, tags: dict[str, str]) -> int:
        """Add a point and return its number."""
        new = len(self.nodes) + 1
        place = (round(lon, 6), round(lat, 6))  # a tenth of a metre
        self.nodes.append(osmium.osm.mutable.Node(id=new, location=place, tags=tags))
        return new


def main(source: str) -> None:
    """Read the source twice: first the borders' ways, then everything that is kept."""
    points = Points()
    ways, relations, border_ways = [], [], set()
    for relation in osmium.FileProcessor(source, osmium.osm.RELATION):
        tags = dict(relation.tags)
        if tags.get("boundary") == "administrative" and tags.get("admin_level") == "8":
            members = [(m.type, m.ref, m.role) for m in relation.members if m.type == "w"]
            relations.append((relation.id, kept(tags, BORDER_KEYS), members))
            border_ways |= {ref for _, ref, _ in members}
    places = []
    for item in osmium.FileProcessor(source).with_locations():
        tags = dict(item.tags)
        if item.is_way() and ("highway" in tags or item.id in border_ways):
            refs = [points.of(node) for node in item.nodes if node.location.valid()]
            own = kept(tags, (*KEYS, "area"))
            ways.append(osmium.osm.mutable.Way(id=item.id, nodes=refs, tags=own))
        if is_place(tags) and not item.is_relation():
            places.append((*middle(item), kept(tags, PLACE_KEYS)))
    for lon, lat, tags in sorted(places, key=lambda place: (sorted(place[2]), place[:2])):
        points.add(lon, lat, tags)
    complete = {way.id for way in ways}
    header = osmium.io.Header()
    header.set("generator", "school-zoning")
    file = osmium.io.File(str(TARGET), "pbf,pbf_compression_level=9,add_metadata=false")
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        for node in points.nodes:
            writer.add_node(node)
        for way in ways:
            writer.add_way(way)
        for number, tags, members in relations:
            if all(ref in complete for _, ref, _ in members):  # cut at the border: a neighbour's
                relation = osmium.osm.mutable.Relation(id=number, members=members, tags=tags)
                writer.add_relation(relation)
    print(f"{TARGET.name}: {len(points.nodes)} points, {len(ways)} ways, {len(places)} places")


def kept(tags: dict[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    """Return the tags that are kept."""
    return {key: tags[key] for key in keys if key in tags}


def is_place(tags: dict[str, str]) -> bool:
    """True for schools, kindergartens, settlements, and buildings that may be homes."""
    home = "building" in tags and tags["building"] not in NOT_HOMES
    return home or tags.get("amenity") in ("school", "kindergarten") or "place" in tags


def middle(item: osmium.osm.OSMObject) -> tuple[float, float]:
    """Return longitude and latitude of a point, or of the middle of a way."""
    if item.is_node():
        return item.location.lon, item.location.lat
    nodes = [node for node in item.nodes if node.location.valid()]
    return sum(n.lon for n in nodes) / len(nodes), sum(n.lat for n in nodes) / len(nodes)


if __name__ == "__main__":
    main(*sys.argv[1:])
