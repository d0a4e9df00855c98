#![allow(
    unreachable_pub,
    reason = "macros for generated code make public items"
)]

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::schema::{
    Json, Member, MemberMut, Members, MembersMut, Record, Table, Union, Unknown, UnknownMember,
    blank,
};
use crate::time::Timestamp;

/// A structure with a member of every type.
#[derive(Clone, Debug, Default, PartialEq)]
struct All {
    text: String,
    integer: Option<i64>,
    number: Option<f64>,
    boolean: Option<bool>,
    time: Option<Timestamp>,
    list: Vec<String>,
    lists: Vec<Vec<i64>>,
    inside: Option<Box<All>>,
    order: Option<Order>,
    map: BTreeMap<String, Vec<i64>>,
    bytes: Option<Bytes>,
    json: Option<Json>,
    tree: Option<Tree>,
    millis: Option<Timestamp>,
}

impl Record for All {
    fn members<'a>(&'a self, to: &mut Members<'a>) {
        to.body("text", &self.text);
        to.body("integer", &self.integer);
        to.body("number", &self.number);
        to.body("boolean", &self.boolean);
        to.body("time", &self.time);
        to.body("list", &self.list);
        to.body("lists", &self.lists);
        to.body("inside", &self.inside);
        to.body("order", &self.order);
        to.body("map", &self.map);
        to.body("bytes", &self.bytes);
        to.body("json", &self.json);
        to.body("tree", &self.tree);
        to.body("millis", &self.millis).epoch_millis();
    }

    fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
        to.member("text", &mut self.text);
        to.member("integer", &mut self.integer);
        to.member("number", &mut self.number);
        to.member("boolean", &mut self.boolean);
        to.member("time", &mut self.time);
        to.member("list", &mut self.list);
        to.member("lists", &mut self.lists);
        to.member("inside", &mut self.inside);
        to.member("order", &mut self.order);
        to.member("map", &mut self.map);
        to.member("bytes", &mut self.bytes);
        to.member("json", &mut self.json);
        to.member("tree", &mut self.tree);
        to.member("millis", &mut self.millis).epoch_millis();
    }
}

crate::output!(All);

#[derive(Clone, Debug)]
pub enum Order {
    Up,
    Unknown(Unknown<Self>),
}

impl Order {
    const KNOWN: Table<Self> = &[("UP", Self::Up)];
}

crate::open_enum!(Order);

/// A union that may contain itself.
#[derive(Clone, Debug, PartialEq)]
enum Tree {
    Leaf(String),
    Branches(Vec<Tree>),
    Grafted(Box<Tree>),
    Free(Json),
    Unknown(UnknownMember),
}

impl Union for Tree {
    fn member<'a, 'm>(&'a self, to: &'m mut Members<'a>) -> &'m mut Member<'a> {
        match self {
            Self::Leaf(value) => to.body("leaf", value),
            Self::Branches(value) => to.body("branches", value),
            Self::Grafted(value) => to.body("grafted", value),
            Self::Free(value) => to.body("free", value),
            Self::Unknown(member) => to.unknown(member),
        }
    }

    fn member_mut<'a, 'm>(&'a mut self, to: &'m mut MembersMut<'a>) -> &'m mut MemberMut<'a> {
        match self {
            Self::Leaf(value) => to.member("leaf", value),
            Self::Branches(value) => to.member("branches", value),
            Self::Grafted(value) => to.member("grafted", value),
            Self::Free(value) => to.member("free", value),
            Self::Unknown(member) => to.unknown(member),
        }
    }

    fn set(&mut self, name: &str) -> bool {
        *self = match name {
            "leaf" => Self::Leaf(blank()),
            "branches" => Self::Branches(blank()),
            "grafted" => Self::Grafted(blank()),
            "free" => Self::Free(blank()),
            _ => return false,
        };
        true
    }
}

crate::union!(Tree);

fn read(json: &str) -> Result<All, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn what_is_written_is_read_again() {
    let json = r#"{"text":"a\"模","integer":-1,"number":0.5,"boolean":false,"time":"2024-05-14T13:05:12Z","list":["b",""],"lists":[[],[1,2]],"inside":{"text":"","list":[],"lists":[],"inside":{"text":"c","list":[],"lists":[],"map":{}},"order":"SIDEWAYS","map":{}},"order":"UP","map":{"":[],"a":[1]},"bytes":"AP8=","json":{"a":[null,1.5,"b"]},"tree":{"branches":[{"leaf":""},{"grafted":{"stone":{"x":1}}}]},"millis":5}"#;
    let all = read(json).unwrap();
    assert_eq!(all.order, Some(Order::Up));
    assert_eq!(serde_json::to_string(&all).unwrap(), json);
    assert_eq!(serde_json::to_value(&all).unwrap()["lists"][1][0], 1);
}

#[test]
fn the_order_of_members_makes_no_difference() {
    let json = r#"{"order":null,"new":{"a":[1]},"list":null,"text":"a","integer":7,"lists":[[1,null],null]}"#;
    let all = read(json).unwrap();
    assert_eq!((all.text.as_str(), all.integer), ("a", Some(7)));
    assert_eq!(all.lists, [[1]]);
    assert_eq!((all.list.len(), all.order), (0, None));
}

#[test]
fn broken_objects_are_errors() {
    for (json, problem) in [
        ("{}", "missing field `text`"),
        (r#"{"text":"a","text":"b"}"#, "duplicate field `text`"),
        (
            r#"{"text":"a","list":null,"list":[]}"#,
            "duplicate field `list`",
        ),
        (r#"{"text":null}"#, "expected a string"),
        (r#"{"text":"a","integer":"1"}"#, "expected i64"),
        (r#"{"text":"a","list":{}}"#, "expected a list"),
        (r#"{"text":"a","order":1}"#, "expected a string"),
        (r#"{"text":"a","inside":[]}"#, "expected an object"),
        (r#"{"text":"a","inside":{}}"#, "missing field `text`"),
        (r#"{"text":"a","map":{"a":[],"a":null}}"#, "duplicate key"),
        (r#"{"text":"a","map":{"a":null,"a":[]}}"#, "duplicate key"),
        (r#"{"text":"a","map":[]}"#, "expected a map"),
        (r#"{"text":"a","map":{"a":[{}]}}"#, "expected i64"),
        (r#"{"text":"a","bytes":"A"}"#, "expected bytes as base64"),
        (r#"{"text":"a","bytes":[1]}"#, "expected bytes as base64"),
        (r#"{"text":"a","tree":{}}"#, "without a member"),
        (
            r#"{"text":"a","tree":{"leaf":null,"__type":"x"}}"#,
            "without a member",
        ),
        (
            r#"{"text":"a","tree":{"leaf":"","branches":[]}}"#,
            "more than one member",
        ),
        (
            r#"{"text":"a","tree":{"leaf":"","leaf":""}}"#,
            "more than one member",
        ),
        (
            r#"{"text":"a","tree":{"stone":1,"water":2}}"#,
            "more than one member",
        ),
        (
            r#"{"text":"a","tree":[]}"#,
            "expected an object with one member",
        ),
        (r#"{"text":"a","number":"1"}"#, "expected a number"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(problem), "{json}: {error}");
    }
}

/// Returns the problem of a text that may be too long to show.
fn problem(json: &str) -> Option<String> {
    read(json).err()
}

/// With serde_json's feature `arbitrary_precision`, which any crate of a program can switch on, numbers come as objects.
#[test]
fn exact_numbers_are_numbers() {
    let number = r#"{"$serde_json::private::Number":"1.5"}"#;
    let json = format!(r#"{{"text":"","number":{number},"time":{number},"json":[{number},{{}}]}}"#);
    let all = read(&json).unwrap();
    assert_eq!(all.number, Some(1.5));
    assert_eq!(all.time.unwrap().as_str(), "1.5");
    assert_eq!(all.json, Some(serde_json::json!([1.5, {}]).into()));
    assert!(read(r#"{"text":"","number":{"a":"1.5"}}"#).is_err());
}

#[test]
fn an_object_with_more_than_an_exact_number_is_an_object() {
    let object = r#"{"$serde_json::private::Number":"1.5","x":1}"#;
    let all = read(&format!(r#"{{"text":"","json":[{object}]}}"#)).unwrap();
    assert_eq!(all.json.unwrap().as_value()[0]["x"], 1);
    for name in ["number", "time"] {
        let error = read(&format!(r#"{{"text":"","{name}":{object}}}"#)).unwrap_err();
        assert!(error.contains("invalid type"), "{error}");
    }
}

#[test]
fn a_null_is_a_value_of_free_json() {
    let list: Vec<Json> = crate::schema::deserialize(&serde_json::json!([1, null, 2])).unwrap();
    assert_eq!(serde_json::to_string(&list).unwrap(), "[1,null,2]");
    let text = r#"{"a":null,"b":1}"#;
    let map: BTreeMap<String, Json> =
        crate::schema::deserialize(&serde_json::from_str::<serde_json::Value>(text).unwrap())
            .unwrap();
    assert_eq!(serde_json::to_string(&map).unwrap(), text);
    let map: BTreeMap<String, i64> =
        crate::schema::deserialize(&serde_json::json!({"a": null, "b": 1})).unwrap();
    assert_eq!(map.into_keys().collect::<Vec<_>>(), ["b"]);
    // Of a union it is one, unless another member is set.
    let tree = |json: &str| read(&format!(r#"{{"text":"","tree":{json}}}"#)).map(|all| all.tree);
    let free = tree(r#"{"leaf":null,"free":null,"branches":null}"#);
    assert_eq!(free, Ok(Some(Tree::Free(Json::default()))));
    let leaf = Ok(Some(Tree::Leaf("a".to_owned())));
    assert_eq!(tree(r#"{"free":null,"leaf":"a"}"#), leaf);
    assert_eq!(tree(r#"{"leaf":"a","free":null}"#), leaf);
    let Ok(Some(Tree::Unknown(member))) = tree(r#"{"free":null,"stone":1}"#) else {
        panic!("it is unknown")
    };
    assert_eq!(member.name(), "stone");
}

#[test]
fn lists_leave_out_nulls() {
    let list: Vec<i64> = crate::schema::deserialize(&serde_json::json!([1, null, 2])).unwrap();
    assert_eq!(list, [1, 2]);
}

#[test]
fn a_union_without_a_member_is_written_as_an_empty_object() {
    let all = All {
        tree: Some(Tree::default()),
        ..All::default()
    };
    let json = serde_json::to_value(&all).unwrap();
    assert_eq!(json["tree"], serde_json::json!({}));
}

#[test]
fn odd_objects_are_read() {
    let all =
        read(r#"{"text":"a","map":{"b":[],"a":null},"bytes":"AP8","number":"-Infinity"}"#).unwrap();
    assert_eq!(all.map, BTreeMap::from([("b".to_owned(), vec![])]));
    assert_eq!(all.bytes.as_deref(), Some([0, 0xff].as_slice()));
    assert_eq!(all.number, Some(f64::NEG_INFINITY));
    assert!(
        serde_json::to_string(&all)
            .unwrap()
            .contains(r#""number":"-Infinity""#)
    );
    let all =
        read(r#"{"text":"a","json":{"a":1,"a":2},"tree":{"leaf":null,"__type":"x","stone":[1]}}"#)
            .unwrap();
    assert_eq!(all.json.unwrap().as_value()["a"], 2);
    let Some(Tree::Unknown(member)) = all.tree else {
        panic!("it is unknown")
    };
    assert_eq!(
        (member.name(), member.value().as_value()[0].as_i64()),
        ("stone", Some(1))
    );
    assert!(!format!("{member:?}").contains('1'));
    let all = read(r#"{"text":"a","tree":{"stone":1,"leaf":"b","water":2}}"#).unwrap();
    assert_eq!(all.tree, Some(Tree::Leaf("b".to_owned())));
}

#[test]
fn deep_and_long_texts_are_errors() {
    let deep = [
        r#"{"text":"","tree":"#,
        &r#"{"grafted":"#.repeat(10_000),
        &"}".repeat(10_001),
    ]
    .concat();
    assert!(problem(&deep).is_some_and(|problem| problem.contains("recursion")));
    let map = |length: usize| {
        let entries: Vec<_> = (0..length).map(|key| format!(r#""{key}":[]"#)).collect();
        format!(r#"{{"text":"","map":{{{}}}}}"#, entries.join(","))
    };
    assert_eq!(problem(&map(100_000)), None);
    assert!(problem(&map(1_000_000)).is_some_and(|problem| problem.contains("100000")));
    // An object with a member takes much more memory than one without.
    let json = |object: &str| {
        let objects = object.repeat(500_000);
        format!(r#"{{"text":"","json":[{objects}0]}}"#)
    };
    assert_eq!(problem(&json("{},")), None);
    assert!(problem(&json(r#"{"":0},"#)).is_some_and(|problem| problem.contains("256 MB")));
    // The first element of a list makes room for four.
    let lists = format!(r#"{{"text":"","json":[{}0]}}"#, "[0],".repeat(1_600_000));
    assert!(problem(&lists).is_some_and(|problem| problem.contains("256 MB")));

    let deep = [r#"{"text":"","inside":"#.repeat(10_000), "}".repeat(10_000)].concat();
    assert!(problem(&deep).is_some_and(|problem| problem.contains("recursion")));
    let list = |length: usize| {
        let elements = vec![r#""a""#; length].join(",");
        format!(r#"{{"text":"","list":[{elements}]}}"#)
    };
    assert_eq!(problem(&list(100_000)), None);
    assert!(problem(&list(100_001)).is_some_and(|problem| problem.contains("100000")));
}

/// A large structure that contains itself, and a union of it.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    next: Option<Box<Node>>,
    either: Option<Either>,
    large: [u8; 8 << 10],
}

impl Default for Node {
    fn default() -> Self {
        Self {
            next: None,
            either: None,
            large: [0; 8 << 10],
        }
    }
}

impl Record for Node {
    fn members<'a>(&'a self, to: &mut Members<'a>) {
        to.body("next", &self.next);
        to.body("either", &self.either);
    }

    fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
        to.member("next", &mut self.next);
        to.member("either", &mut self.either);
    }
}

crate::output!(Node);

#[derive(Clone, Debug, PartialEq)]
enum Either {
    Node(Box<Node>),
    Unknown(UnknownMember),
}

impl Union for Either {
    fn member<'a, 'm>(&'a self, to: &'m mut Members<'a>) -> &'m mut Member<'a> {
        match self {
            Self::Node(value) => to.body("node", value),
            Self::Unknown(member) => to.unknown(member),
        }
    }

    fn member_mut<'a, 'm>(&'a mut self, to: &'m mut MembersMut<'a>) -> &'m mut MemberMut<'a> {
        match self {
            Self::Node(value) => to.member("node", value),
            Self::Unknown(member) => to.unknown(member),
        }
    }

    fn set(&mut self, name: &str) -> bool {
        let is_node = name == "node";
        if is_node {
            *self = Self::Node(blank());
        }
        is_node
    }
}

crate::union!(Either);

#[test]
fn what_is_in_boxes_takes_memory_too() {
    let problem = |open: &str, close: &str, count: usize| {
        // Ten levels deep.
        let element = [&open.repeat(10), "{}", &close.repeat(10)].concat();
        let list = format!("[{}]", vec![element; count].join(","));
        let mut json = serde_json::Deserializer::from_str(&list);
        crate::schema::deserialize::<Vec<Node>, _>(&mut json)
            .err()
            .map(|error| error.to_string())
    };
    for (open, close) in [(r#"{"next":"#, "}"), (r#"{"either":{"node":"#, "}}")] {
        assert_eq!(problem(open, close, 100), None);
        let found = problem(open, close, 4000).unwrap();
        assert!(found.contains("256 MB"), "{found}");
    }
}

/// More members than lie in the list itself.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wide([Option<i64>; 18]);

const NAMES: [&str; 18] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
];

impl Record for Wide {
    fn members<'a>(&'a self, to: &mut Members<'a>) {
        for (name, value) in NAMES.into_iter().zip(&self.0) {
            to.body(name, value);
        }
    }

    fn members_mut<'a>(&'a mut self, to: &mut MembersMut<'a>) {
        for (name, value) in NAMES.into_iter().zip(&mut self.0) {
            to.member(name, value);
        }
    }
}

crate::input!(Wide);

#[test]
fn structures_may_have_many_members() {
    let json = r#"{"a":1,"p":16,"q":17,"r":18}"#;
    let wide: Wide = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&wide).unwrap(), json);
    let backwards = r#"{"r":18,"q":17,"p":16,"a":1}"#;
    assert_eq!(serde_json::from_str::<Wide>(backwards).unwrap(), wide);
    let doubled = serde_json::from_str::<Wide>(r#"{"r":1,"r":1}"#).unwrap_err();
    assert!(doubled.to_string().contains("duplicate field `r`"));
    let unknown = serde_json::from_str::<Wide>(r#"{"s":1}"#).unwrap_err();
    assert!(unknown.to_string().contains("unknown member `s`"));
}
