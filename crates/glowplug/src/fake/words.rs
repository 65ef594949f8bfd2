//! The words that made-up data are made of. They are in people's databases: none may be added, removed or moved.

/// Given names from many places.
#[rustfmt::skip]
pub(super) const FIRST_NAMES: &[&str] = &[
    "Ada", "Adebayo", "Aiko", "Alba", "Amara", "Amir", "Anna", "Ayşe", "Beatriz", "Björn", "Bruno",
    "Carla", "Chen", "Chidi", "Clara", "Daniel", "Diego", "Dina", "Eleni", "Emil", "Emma", "Esra",
    "Eva", "Farid", "Fatima", "Felix", "Freya", "Gabriel", "Georg", "Grace", "Hana", "Hiro", "Ida",
    "Ines", "Ingrid", "Ivan", "Jana", "Jasper", "João", "Jonas", "Juan", "Julia", "Kaito", "Karim",
    "Kofi", "Lars", "Laura", "Layla", "Lea", "Leo", "Lin", "Linus", "Lucía", "Magnus", "Malik", "Maria",
    "Marta", "Mateo", "Mei", "Mila", "Mina", "Mohammed", "Nadia", "Naomi", "Nia", "Nils", "Nina",
    "Noor", "Olga", "Omar", "Otto", "Paul", "Paula", "Pia", "Priya", "Rafael", "Ravi", "Rosa", "Ruth",
    "Sam", "Sara", "Sofia", "Sven", "Tara", "Theo", "Tomás", "Uma", "Vera", "Victor", "Wanjiru", "Yara",
    "Yusuf", "Zara", "Zoe",
];

/// Family names from many places.
#[rustfmt::skip]
pub(super) const LAST_NAMES: &[&str] = &[
    "Abe", "Adams", "Ahmed", "Almeida", "Andersen", "Bakker", "Bauer", "Becker", "Berg", "Bianchi",
    "Braun", "Brown", "Castro", "Chen", "Costa", "Cruz", "Das", "Demir", "Diaz", "Dubois", "Eriksen",
    "Evans", "Fernandes", "Ferrari", "Fischer", "Garcia", "Gomez", "Green", "Gruber", "Haddad",
    "Hansen", "Hassan", "Hoffmann", "Horvat", "Ito", "Ivanova", "Jansen", "Johansson", "Jones", "Kaya",
    "Keller", "Khan", "Kim", "Kowalski", "Kumar", "Larsen", "Laurent", "Lee", "Lopez", "Martin",
    "Mbeki", "Mendes", "Meyer", "Moreau", "Mori", "Müller", "Nagy", "Nakamura", "Nguyen", "Nielsen",
    "Novak", "Okafor", "Olsen", "Ortiz", "Park", "Patel", "Pereira", "Petrov", "Popescu", "Reyes",
    "Ricci", "Rossi", "Roux", "Saito", "Santos", "Sato", "Schmidt", "Schneider", "Silva", "Singh",
    "Smith", "Sousa", "Suzuki", "Svensson", "Tanaka", "Taylor", "Thomas", "Torres", "Tran", "Varga",
    "Vargas", "Virtanen", "Vogel", "Wagner", "Walker", "Wang", "Weber", "White", "Wong", "Yamamoto",
    "Yilmaz", "Zhang", "Ziegler",
];

/// Plain words that mean no harm.
#[rustfmt::skip]
pub(super) const WORDS: &[&str] = &[
    "air", "apple", "arrow", "autumn", "bag", "bank", "basket", "bell", "bench", "bird", "blue", "boat",
    "book", "bottle", "branch", "bread", "breeze", "bridge", "bright", "broad", "brown", "brush",
    "button", "calm", "candle", "careful", "chair", "cheese", "clean", "clear", "clock", "cloud",
    "coast", "coin", "cold", "colour", "copper", "corner", "cotton", "cup", "dark", "dawn", "deep",
    "desk", "door", "dry", "early", "earth", "east", "edge", "engine", "evening", "even", "fair", "far",
    "farm", "fast", "feather", "field", "fine", "fire", "fish", "flat", "floor", "flower", "fog",
    "forest", "fresh", "friendly", "fruit", "garden", "gate", "gentle", "glass", "gold", "grain",
    "grass", "green", "grey", "hall", "hand", "harbour", "hat", "heavy", "high", "hill", "honey",
    "hour", "house", "ice", "iron", "island", "key", "kind", "kitchen", "ladder", "lake", "lamp",
    "large", "late", "leaf", "lemon", "letter", "light", "lime", "line", "little", "long", "loud",
    "low", "map", "market", "meadow", "metal", "milk", "mild", "mill", "mint", "mirror", "mist", "moon",
    "morning", "moss", "mountain", "narrow", "near", "nest", "new", "night", "north", "oak", "ocean",
    "office", "old", "olive", "open", "orange", "orchard", "paper", "path", "pear", "pebble", "pen",
    "pencil", "pepper", "pine", "plain", "plant", "plate", "pocket", "pond", "quick", "quiet", "rain",
    "red", "ribbon", "rice", "ring", "river", "road", "rock", "roof", "room", "root", "rope", "round",
    "salt", "sand", "sea", "seed", "shade", "sharp", "shell", "shelf", "ship", "shoe", "short",
    "silver", "sky", "slow", "small", "smooth", "snow", "soft", "soil", "song", "soup", "south",
    "spoon", "spring", "square", "stable", "stair", "star", "station", "steady", "stone", "storm",
    "straw", "stream", "street", "strong", "sugar", "summer", "sun", "table", "tall", "tea", "thin",
    "thread", "tide", "tile", "timber", "tin", "tower", "town", "tray", "tree", "tunnel", "valley",
    "village", "violet", "wagon", "wall", "warm", "water", "wave", "weather", "west", "wheat", "wheel",
    "white", "wide", "wild", "willow", "wind", "window", "winter", "wood", "wool", "yard", "yellow",
    "young",
];
