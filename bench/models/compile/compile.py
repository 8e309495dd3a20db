"""How long a hundred models of ten fields take to compile, with hypostyle and with SeaORM.

Generates a crate of each, declared only and with every model used (found by id and made), builds what
they depend on, then times the crates alone, in turns, without incremental compilation. Prints the
medians in seconds and the ratio of hypostyle to SeaORM, which is meant to be 1.5 at most.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

MODELS = 100
RATIO_MAX = 1.5
BENCH = Path(__file__).resolve().parents[2]

FIELDS = """\
    pub {0}id: i64,
    pub name: String,
    pub email: String,
    pub city: String,
    pub likes: i64,
    pub visits: i64,
    pub score: f64,
    pub active: bool,
    pub note: Option<String>,
    pub rank: Option<i64>,
"""

GIVEN = ["name: String::new()", "email: String::new()", "city: String::new()", "likes: 1", "visits: 1",
         "score: 1.0", "active: true", "note: None", "rank: None"]

HYPOSTYLE = """\
use hypostyle::model::Model;

#[derive(Model)]
#[model(table = "table_{number}")]
pub struct Row {{
{fields}}}
"""

HYPOSTYLE_USED = """
pub async fn used(db: &hypostyle::Database) -> hypostyle::Result<Option<Row>> {{
    let made = Row::on(db).create(NewRow {{ {given} }}).await?;
    Row::on(db).find_by_id(made.id).await
}}
"""

SEA = """\
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "table_{number}")]
pub struct Model {{
{fields}}}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {{}}

impl ActiveModelBehavior for ActiveModel {{}}
"""

SEA_USED = """
pub async fn used(db: &sea_orm::DatabaseConnection) -> Result<Option<Model>, DbErr> {{
    let new = ActiveModel {{ id: sea_orm::ActiveValue::NotSet, {given} }};
    let made = new.insert(db).await?;
    Entity::find_by_id(made.id).one(db).await
}}
"""


def hypostyle(number, used):
    fields = FIELDS.format("").replace("    pub id", "    #[model(key)]\n    pub id")
    text = HYPOSTYLE.format(number=number, fields=fields)
    return text + HYPOSTYLE_USED.format(given=", ".join(GIVEN)) if used else text


def sea_orm(number, used):
    fields = FIELDS.format("").replace("    pub id", "    #[sea_orm(primary_key)]\n    pub id")
    text = SEA.format(number=number, fields=fields)
    sets = (given.split(": ", 1) for given in GIVEN)
    given = ", ".join(f"{name}: sea_orm::ActiveValue::Set({value})" for name, value in sets)
    return text + SEA_USED.format(given=given) if used else text


LIBRARIES = {
    "hypostyle": (
        hypostyle,
        f'hypostyle = {{ path = "{BENCH.parent}/crates/hypostyle", default-features = false, features = ["sqlite"] }}',
    ),
    "sea-orm": (
        sea_orm,
        'sea-orm = { version = "2", default-features = false, features = ["macros", "runtime-tokio", "sqlx-sqlite"] }',
    ),
}


def crate_name(library, used):
    return f"{library}-models-{'used' if used else 'declared'}"


def generate(folder):
    names = []
    for library, (model, dependency) in LIBRARIES.items():
        for used in (False, True):
            name = crate_name(library, used)
            names.append(name)
            source = folder / name / "src"
            source.mkdir(parents=True)
            manifest = f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\n{dependency}\n'
            (folder / name / "Cargo.toml").write_text(manifest)
            modules = [f"pub mod table_{number};\n" for number in range(MODELS)]
            (source / "lib.rs").write_text("".join(modules))
            for number in range(MODELS):
                (source / f"table_{number}.rs").write_text(model(number, used))
    members = ", ".join(f'"{name}"' for name in names)
    (folder / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [{members}]\n')
    shutil.copy(BENCH / "Cargo.lock", folder / "Cargo.lock")


def compiled(folder, target, verb, name):
    """Compiles a crate whose dependencies are built, and answers the seconds."""
    os.utime(folder / name / "src" / "lib.rs")
    environment = dict(os.environ, CARGO_INCREMENTAL="0")
    command = ["cargo", verb, "--quiet", "--target-dir", target, "--package", name]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True)
    return time.perf_counter() - start


def measured(folder, target, rounds):
    results = []
    for used in (False, True):
        names = {library: crate_name(library, used) for library in LIBRARIES}
        for verb in ("check", "build"):
            seconds = {library: [] for library in LIBRARIES}
            for name in names.values():
                compiled(folder, target, verb, name)
            for turn in range(rounds):
                for library in list(names) if turn % 2 == 0 else reversed(names):
                    seconds[library].append(compiled(folder, target, verb, names[library]))
            medians = {library: statistics.median(times) for library, times in seconds.items()}
            ratio = statistics.median(
                ours / theirs for ours, theirs in zip(seconds["hypostyle"], seconds["sea-orm"])
            )
            crate = "used" if used else "declared"
            results.append(dict(crate=crate, verb=verb, ratio=ratio, medians=medians, seconds=seconds))
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--target", help="the folder of the build; by default one that is thrown away")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        generate(folder)
        target = arguments.target or str(folder / "target")
        results = measured(folder, target, arguments.rounds)
    print(f"{MODELS} models of 10 fields, medians of {arguments.rounds} rounds, seconds")
    print(f"{'crate':10} {'cargo':6} {'hypostyle':>10} {'sea-orm':>10} {'ratio':>7}")
    for result in results:
        medians, ratio = result["medians"], result["ratio"]
        verdict = "reached" if ratio <= RATIO_MAX else "MISSED"
        print(
            f"{result['crate']:10} {result['verb']:6} {medians['hypostyle']:10.2f} {medians['sea-orm']:10.2f} "
            f"{ratio:7.2f}  {verdict}  ≤ {RATIO_MAX}"
        )
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=2) + "\n")


main()
