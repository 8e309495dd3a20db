//! The words the demonstration shop is made of.

/// The people of a country and where they live.
pub(super) struct Locale {
    pub(super) country: &'static str,
    /// How many of a hundred customers come from there.
    pub(super) percent: u32,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    /// Cities, the largest first.
    pub(super) cities: &'static str,
}

pub(super) const LOCALES: [Locale; 10] = [
    Locale {
        country: "DE",
        percent: 22,
        first: "Anna,Ben,Clara,David,Emilia,Felix,Greta,Hannes,Ida,Jonas,Käthe,Lukas,Marie,Noah,Paula,\
                Jürgen,Sophie,Tim,Ursula,Zoë",
        last: "Müller,Schmidt,Schneider,Fischer,Weber,Meyer,Wagner,Becker,Schulz,Hoffmann,Schäfer,Koch,\
               Bauer,Richter,Klein,Wolf,Schröder,Neumann,Zimmermann,Krüger",
        cities: "Berlin,Hamburg,München,Köln,Frankfurt am Main,Leipzig,Stuttgart,Dresden,Bremen,Nürnberg",
    },
    Locale {
        country: "GB",
        percent: 16,
        first: "Oliver,Amelia,George,Isla,Harry,Ava,Noah,Emily,Jack,Sophia,Charlie,Grace,Freddie,Ella,\
                Alfie,Poppy,Theo,Ruby,Archie,Evie",
        last: "Smith,Jones,Taylor,Brown,Williams,Wilson,Johnson,Davies,Patel,Wright,Walker,White,Edwards,\
               Green,Hall,Wood,Harris,Clarke,O'Connor,Khan",
        cities: "London,Birmingham,Manchester,Leeds,Glasgow,Bristol,Liverpool,Edinburgh,Cardiff,Belfast",
    },
    Locale {
        country: "US",
        percent: 14,
        first: "Liam,Olivia,Mateo,Emma,James,Mia,Elijah,Luna,Henry,Harper,Lucas,Camila,Aiden,Aria,Jayden,\
                Naomi,Caleb,Nora,Isaac,Zoe",
        last: "Johnson,Garcia,Miller,Davis,Rodriguez,Martinez,Hernandez,Lopez,Anderson,Thomas,Moore,Jackson,\
               Lee,Perez,Thompson,Nguyen,Robinson,Lewis,Young,Torres",
        cities: "New York,Los Angeles,Chicago,Houston,Phoenix,Philadelphia,San Diego,Austin,Seattle,Boston",
    },
    Locale {
        country: "FR",
        percent: 13,
        first: "Léa,Gabriel,Chloé,Raphaël,Manon,Louis,Camille,Hugo,Inès,Jules,Zoé,Arthur,Élise,Lucas,Anaïs,\
                Maël,Juliette,Noé,Margaux,Théo",
        last: "Martin,Bernard,Dubois,Thomas,Robert,Richard,Petit,Durand,Leroy,Moreau,Simon,Laurent,Lefèvre,\
               Michel,Garnier,Roux,Fournier,Girard,Mercier,Lemaître",
        cities: "Paris,Marseille,Lyon,Toulouse,Nice,Nantes,Strasbourg,Montpellier,Bordeaux,Lille",
    },
    Locale {
        country: "NL",
        percent: 8,
        first: "Daan,Emma,Sem,Julia,Lucas,Mila,Levi,Tess,Finn,Sophie,Bram,Zoë,Thijs,Eva,Jesse,Fleur,Lars,\
                Lotte,Gijs,Sanne",
        last: "de Jong,Jansen,de Vries,van den Berg,Bakker,van Dijk,Visser,Smit,Meijer,de Boer,Mulder,\
               de Groot,Bos,Vos,Peters,Hendriks,Dekker,Brouwer,Koster,Prins",
        cities: "Amsterdam,Rotterdam,Den Haag,Utrecht,Eindhoven,Groningen,Tilburg,Breda,Nijmegen,Haarlem",
    },
    Locale {
        country: "ES",
        percent: 7,
        first: "Lucía,Hugo,Martina,Mateo,Sofía,Martín,Julia,Leo,Paula,Daniel,Valeria,Pablo,Emma,Álvaro,\
                Daniela,Adrián,Carla,Íñigo,Noa,Marcos",
        last: "García,Fernández,González,Rodríguez,López,Martínez,Sánchez,Pérez,Gómez,Martín,Jiménez,Ruiz,\
               Hernández,Díaz,Moreno,Muñoz,Álvarez,Romero,Alonso,Navarro",
        cities: "Madrid,Barcelona,Valencia,Sevilla,Zaragoza,Málaga,Murcia,Palma,Bilbao,Granada",
    },
    Locale {
        country: "IT",
        percent: 7,
        first: "Leonardo,Sofia,Francesco,Giulia,Tommaso,Aurora,Lorenzo,Ginevra,Mattia,Alice,Andrea,Beatrice,\
                Gabriele,Emma,Riccardo,Chiara,Edoardo,Greta,Nicolò,Noemi",
        last: "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,\
               De Luca,Costa,Giordano,Mancini,Rizzo,Lombardi,D'Angelo",
        cities: "Roma,Milano,Napoli,Torino,Palermo,Genova,Bologna,Firenze,Bari,Venezia",
    },
    Locale {
        country: "PL",
        percent: 5,
        first: "Zofia,Antoni,Zuzanna,Jan,Hanna,Jakub,Julia,Franciszek,Maja,Szymon,Łucja,Aleksander,Oliwia,\
                Filip,Alicja,Mikołaj,Lena,Wojciech,Wiktoria,Stanisław",
        last: "Nowak,Kowalski,Wiśniewski,Wójcik,Kowalczyk,Kamiński,Lewandowski,Zieliński,Szymański,\
               Woźniak,Dąbrowski,Kozłowski,Mazur,Jankowski,Kwiatkowski,Krawczyk,Piotrowski,Grabowski,\
               Pawłowski,Król",
        cities: "Warszawa,Kraków,Łódź,Wrocław,Poznań,Gdańsk,Szczecin,Lublin,Katowice,Białystok",
    },
    Locale {
        country: "SE",
        percent: 4,
        first: "Alice,Lucas,Maja,Liam,Elsa,William,Astrid,Elias,Wilma,Oscar,Freja,Hugo,Selma,Axel,Signe,\
                Nils,Åsa,Björn,Ebba,Göran",
        last: "Andersson,Johansson,Karlsson,Nilsson,Eriksson,Larsson,Olsson,Persson,Svensson,Gustafsson,\
               Lindberg,Lindqvist,Sjöberg,Bergström,Åkesson,Öberg,Holm,Lund,Nyström,Engström",
        cities: "Stockholm,Göteborg,Malmö,Uppsala,Västerås,Örebro,Linköping,Helsingborg,Jönköping,Umeå",
    },
    Locale {
        country: "JP",
        percent: 4,
        first: "Haruto,Yui,Sota,Hina,Yuto,Aoi,Ren,Sakura,Riku,Mio,Kaito,Rin,Hinata,Yuna,Minato,Akari,Itsuki,\
                Mei,Asahi,Honoka",
        last: "Sato,Suzuki,Takahashi,Tanaka,Watanabe,Ito,Yamamoto,Nakamura,Kobayashi,Kato,Yoshida,Yamada,\
               Sasaki,Yamaguchi,Matsumoto,Inoue,Kimura,Hayashi,Shimizu,Mori",
        cities: "Tokyo,Yokohama,Osaka,Nagoya,Sapporo,Fukuoka,Kawasaki,Kyoto,Kobe,Sendai",
    },
];

/// A category, and what its products are called and cost.
pub(super) struct Range {
    pub(super) name: &'static str,
    /// The beginning of its stock numbers.
    pub(super) code: &'static str,
    /// The price in the middle.
    pub(super) price_cents: f64,
    /// How far prices spread around it.
    pub(super) spread: f64,
    pub(super) kinds: &'static str,
    pub(super) things: &'static str,
}

pub(super) const RANGES: [Range; 12] = [
    Range {
        name: "Coffee & Tea",
        code: "CT",
        price_cents: 1_290.0,
        spread: 0.45,
        kinds: "Dark Roast,Single-Origin,Organic,Decaf,House,Highland,Smoked,Spring,Cold-Brew",
        things: "Espresso Beans,Filter Coffee,Green Tea,Earl Grey,Herbal Infusion,Oolong,Drip Bags,Chai",
    },
    Range {
        name: "Kitchen",
        code: "KI",
        price_cents: 3_490.0,
        spread: 0.7,
        kinds: "Cast-Iron,Stainless,Ceramic,Copper,Nonstick,Bamboo,Professional,Compact,Enamelled",
        things: "Frying Pan,Saucepan,Chef's Knife,Cutting Board,Moka Pot,Mixing Bowl,Grater,Kettle",
    },
    Range {
        name: "Books",
        code: "BO",
        price_cents: 1_690.0,
        spread: 0.35,
        kinds: "Illustrated,Pocket,Complete,Modern,Short,Annotated,Forgotten,Little,Practical",
        things: "Atlas,History of Bread,Field Guide,Cookbook,Mystery,Book of Knots,Poems,Star Charts",
    },
    Range {
        name: "Garden",
        code: "GA",
        price_cents: 2_290.0,
        spread: 0.75,
        kinds: "Heirloom,Galvanised,Teak,Foldable,Weatherproof,Terracotta,Long-Handled,Solar,Classic",
        things: "Watering Can,Trowel,Seed Set,Planter,Lantern,Pruning Shears,Bird Feeder,Bench",
    },
    Range {
        name: "Outdoor",
        code: "OU",
        price_cents: 5_990.0,
        spread: 0.8,
        kinds: "Ultralight,Three-Season,Waterproof,Insulated,Alpine,Trail,Packable,Rugged,Merino",
        things: "Tent,Sleeping Bag,Backpack,Rain Jacket,Headlamp,Camp Stove,Bottle,Trekking Poles",
    },
    Range {
        name: "Office",
        code: "OF",
        price_cents: 1_490.0,
        spread: 0.8,
        kinds: "Recycled,Dotted,Leather,Brass,Adjustable,Minimal,Refillable,Linen,Magnetic",
        things: "Notebook,Fountain Pen,Desk Lamp,Pen Tray,Wall Calendar,Planner,Paper Knife,Monitor Stand",
    },
    Range {
        name: "Audio",
        code: "AU",
        price_cents: 8_900.0,
        spread: 0.75,
        kinds: "Wireless,Studio,Noise-Cancelling,Portable,Open-Back,Vintage,Compact,Bluetooth,Reference",
        things: "Headphones,Earbuds,Speaker,Turntable,Microphone,Amplifier,Radio,Soundbar",
    },
    Range {
        name: "Home",
        code: "HO",
        price_cents: 3_990.0,
        spread: 0.7,
        kinds: "Woven,Linen,Oak,Hand-Blown,Quilted,Scented,Washed,Striped,Knitted",
        things: "Blanket,Cushion,Vase,Candle,Wall Clock,Bath Towel,Storage Basket,Rug",
    },
    Range {
        name: "Toys",
        code: "TO",
        price_cents: 1_990.0,
        spread: 0.6,
        kinds: "Wooden,Giant,Magnetic,Travel,Glow-in-the-Dark,Classic,Cooperative,Tiny,Musical",
        things: "Building Blocks,Puzzle,Train Set,Board Game,Kite,Spinning Top,Plush Bear,Marble Run",
    },
    Range {
        name: "Bicycle",
        code: "BI",
        price_cents: 2_790.0,
        spread: 0.8,
        kinds: "Reflective,Carbon,Puncture-Proof,Urban,Gravel,Touring,Aluminium,Rechargeable,Rainproof",
        things: "Helmet,Front Light,Pannier,Tyre,Floor Pump,Saddle,Bell,Lock",
    },
    Range {
        name: "Bath & Care",
        code: "BC",
        price_cents: 1_190.0,
        spread: 0.5,
        kinds: "Unscented,Lavender,Olive,Charcoal,Solid,Gentle,Cedar,Citrus,Overnight",
        things: "Soap,Shampoo Bar,Hand Cream,Bath Salts,Beard Oil,Face Balm,Toothpaste,Deodorant",
    },
    Range {
        name: "Pantry",
        code: "PA",
        price_cents: 790.0,
        spread: 0.5,
        kinds: "Extra Virgin,Wildflower,Fire-Roasted,Stone-Ground,Aged,Pickled,Salted,Whole-Grain,Smoky",
        things: "Olive Oil,Honey,Tomatoes,Flour,Balsamico,Beets,Caramels,Mustard",
    },
];

/// What visitors look for, found or not.
pub(super) const SEARCHES: &str = "gift,kettle,tent,headphones,soap,olive oil,notebook,rain jacket,candle,\
    puzzle,green tea,bike light,vase,blanket,espresso,kite,lamp,honey,backpack,umbrella";
