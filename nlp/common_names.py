"""Names that are not only ours: ordinary words and surnames, streets of every town, places elsewhere.

Lists from general knowledge of Britain, in small letters, without apostrophes. Data: what follows from them is weighed
in `nlp.weighing`.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(part.split()) for part in text.split(",") if part.strip())


MONTHS = _words("january february march april may june july august september october november december")
"""`in March` is a month, whatever stands before it."""

ORDINARY = _words("""
hope sale reading bath ware street wells deal rugby battle beer ham barking hull bury diss eye flint sandwich settle
wick stone wing mold penny rye rugeley rhyl ash oak elm beech birch holly hazel rowan willow laurel poplar cedar abbey
acre alder anchor angel arch arches argyll avenue bank banks barn barns barrow bay beach beacon bell bend birches
border bottom bourne bow box brand bridge bridges broad broadway brook brooks bull burn burns bush cape cannon castle
cave central centre chapel chase church city civic cliff close cloud coast college common commons copper corner
cottage court cove crescent croft crook cross crossroads crown dale dean dell den dene dock docks down downs drift
drive drum duke dyke earls east end fairfield fairview fair farm ferry field fields fish flag flat fold ford forest
forge fort fountain fox friars front furnace garden gardens gate gates gateway glade glass glebe glen goose gorse
grange grant grave great green greens grove hall ham hamlet harbour hard hart harrow hatch haven hawk hay head heart
heath hedge height heights high hill hills hole holm home honey hook horn horse house hub hunt ice ink inn island
islands isle jubilee junction key kiln king kings kingsway knoll lake lakes land lane lark launch lawn lawns lea leaf
lee level liberty lime link links lion lock lodge long lookout loop low lower manor market marsh mast mead meadow
meadows mere mews middle mill mills moat moor moors moss mount mountain mouth museum nest new newton nook north oaks
old orchard orchards over oval overton paddock parade park parks parkside parkway pass path peak pear pen pier pike
pine pines pit pitch plain plains plaza point pole pond pool pools port post precinct princess priory prospect quarry
quay quayside quays queen queens queensway rank reach rec red ridge rigg ring rise river riverside road rock rocks
rose round row royal run rush sand sands school sea seaside shore short side sound south spa spring springs
springfield square stable stables stag standing star station steps stile strand stream style summit sun swan temple
terrace the tip top tower town tree trees triangle tunnel union upper vale valley victoria view village villa vineyard
walk wall walls ward warren wash water waters waterfront waterside way weir well west wharf wheel white wilderness
willows wind wood woods woodland woodlands worth yard
""")
"""Words that mean something else far more often than a place of that name."""

SURNAMES = _words("""
abbott abram adams allen alston andrews appleton archer armstrong arnold ashton ashley atherton atkinson austin bailey
baker baldwin ball barker barnes barton bates baxter bennett bentley berry beverley bishop blackburn blake bolton
booth boston bradford bradley brandon brent brighton bristol brooke brown browning buckley burton butler byron cameron
campbell carlton carr carter chadwick chapman charlton chester clark clarke clayton cleveland clifford clifton clinton
cole coleman collins cook cooper cox craig crawford crosby cunningham dalton darwin davenport davies davis dawson
denton derby dixon douglas dudley duncan dunn durham eden edwards elliott ellis elton evans everton ferguson fisher
fleming fletcher foster fowler francis fraser freeman gardner garfield gibson gordon graham gray green griffiths
grimshaw haigh hamilton hampton harding hardy harper harris harrison hart hartley harvey hastings hawkins hayes
henderson henley hilton hindley hoddesdon holland holmes horton houghton howard hudson hughes hunter huntley hutton
irvine jackson james jenkins johnson jones jordan kelly kennedy kent kirby knight lancaster langley lawrence lawson
lee leigh lewis lincoln lindsay livingstone lloyd lowton lyndon marshall martin mason matthews melbourne melton
middleton miles miller milton mitchell montgomery moore morgan morley morris morton murphy murray nelson newman newton
norfolk norris norton oldham oliver orton owen oxley palmer parker patterson payne percy perry phillips pickering
porter powell pratt preston price radcliffe ramsey randall redman reid richardson richmond ridley roberts robinson
rogers ross rowley russell rutland salisbury saunders sawyer scott selby shaw shelley sheldon shelton sherwood shipley
shirley simpson skelton smith southwell spencer stafford stanley stephens sterling stevens stewart stockton stratton
stuart sullivan sutton swift sykes taylor thomas thompson thornton thorpe tucker turner tyldesley tyler vaughan
wakefield walker wallace walsh walton warburton ward warren warwick washington watson watts webb wells wentworth
weston wheeler whitby whitehead whitfield whitworth williams williamson wilson wilton windsor winslow winstanley
winston winter winton wood woodford worsley worthington wright wyatt york young
""")
"""Surnames that are also villages and wards, or that villages and wards are also."""

STREETS = _phrases("""
high street, station road, main street, park road, church road, church street, london road, victoria road, green lane,
manor road, church lane, park avenue, the avenue, the crescent, queens road, queen road, new road, grange road, kings
road, king road, kingsway, windsor road, highfield road, mill lane, alexandra road, york road, st johns road, main
road, broadway, king street, the green, springfield road, george street, park lane, victoria street, albert road,
queensway, new street, queen street, west street, north street, south street, east street, manchester road, the grove,
richmond road, grove road, school lane, the drive, north road, south road, west road, east road, stanley road, chester
road, mill road, mill street, market street, market place, market square, castle street, castle road, bridge street,
bridge road, chapel lane, chapel street, chapel road, school road, school street, station street, station approach,
albion street, albert street, alma street, ash grove, beech avenue, beech grove, beech road, birch avenue, birch
grove, bath road, bath street, bedford road, birmingham road, bristol road, broad street, cambridge road, cavendish
road, cedar avenue, cedar road, cemetery road, charles street, chestnut avenue, church avenue, church close, church
hill, church walk, clarence road, clarence street, clifton road, common lane, cross street, cross road, devonshire
road, duke street, edward street, elm road, elm avenue, elm grove, farm road, field lane, front street, garden street,
gladstone road, gladstone street, gloucester road, gordon road, green street, greenway, hall lane, hall road, heath
road, henry street, high road, hill road, hill street, hillside, hillside road, holly road, james street, john street,
kent road, lancaster road, leeds road, lime grove, lincoln road, liverpool road, long lane, low road, lower road,
lyndhurst road, manor close, manor drive, maple road, mary street, meadow lane, meadow road, milton road, moor lane,
mount pleasant, mount street, nelson road, nelson street, newton road, norfolk road, northfield road, nursery road,
oak avenue, oak road, old road, orchard road, orchard close, orchard street, oxford road, oxford street, oakfield
road, park crescent, park drive, park street, parkway, pleasant street, poplar avenue, portland street, priory road,
prince street, princes street, prospect road, quarry road, railway street, rectory road, regent street, riverside,
river road, rose avenue, russell road, russell street, salisbury road, sandy lane, shakespeare road, silver street,
somerset road, spring gardens, spring lane, st georges road, st james road, st marys road, st peters road, stoke road,
stone street, sunnyside, surrey road, sussex road, sycamore road, tennyson road, the close, the lane, the meadows, the
parade, the square, the street, the mount, the orchard, tower road, town street, trinity road, union street, upper
street, vicarage road, vicarage lane, victoria avenue, victoria park, wellington road, wellington street, west end,
westfield road, west view, wharf road, william street, willow road, wood lane, wood street, woodland road, woodlands
road, woodside, worcester road, town hall, city hall, memorial park, recreation ground, queens park, king george v
playing field, central park, central library, town centre, bus station, st marys primary school, st johns primary
school, st peters primary school, st marys church, high school
""")
"""Names in every town: they tell where only beside another sign that ours is meant."""

ABROAD = _phrases("""
alabama, alaska, arizona, arkansas, california, colorado, connecticut, delaware, florida, georgia, hawaii, idaho,
illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts, michigan, minnesota,
mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey, new mexico, new york, north carolina,
north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina, south dakota, tennessee, texas,
utah, vermont, virginia, west virginia, wisconsin, wyoming, usa, ontario, quebec, alberta, manitoba, saskatchewan,
nova scotia, british columbia, newfoundland, canada, australia, tasmania, queensland, new south wales, new zealand,
south africa, jamaica, barbados, singapore, hong kong, india, brisbane, sydney, melbourne, perth wa, auckland,
toronto, vancouver, boston, chicago, dublin, ireland, los angeles, philadelphia, washington dc
""")
CITIES = _phrases("""
london, birmingham, manchester, liverpool, leeds, sheffield, bristol, newcastle, nottingham, leicester, glasgow,
edinburgh, cardiff, belfast, southampton, portsmouth, plymouth, brighton, norwich, coventry, wolverhampton, derby,
stoke, sunderland, bradford, oxford, cambridge, aberdeen, dundee, inverness, swansea, newport, exeter, gloucester,
york, hull, middlesbrough, blackpool, bolton, luton, reading, swindon, bournemouth, milton keynes, northampton,
peterborough, ipswich, colchester
""")
"""Towns that posts name most: another one than ours may be where the rest of the post plays."""
STATES = _words("""
al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri
sc sd tn tx ut vt va wa wv wi wy nsw qld vic
""")
"""Behind a comma and in capitals, as in `Reading, PA`."""
DAYS = _words("monday tuesday wednesday thursday friday saturday sunday today tonight tomorrow yesterday")
TITLES = _words("mr mrs ms miss dr cllr councillor sir lady lord dame rev pc mp")
