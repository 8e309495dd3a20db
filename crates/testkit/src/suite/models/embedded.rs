//! Embedded structures: a field whose columns are its model's, always there or not.

use hypostyle_core::{ErrorKind, PoolOptions};
use hypostyle_model::{Change, CursorKey, Embed, Labels, Model, Models, count_all};
use hypostyle_schema::ScratchDatabase;
use hypostyle_sql::Dialect;

use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "models::embedded":
    tables_have_the_columns_of_embedded_structures,
    embedded_columns_are_compared_with_the_table,
    an_embedded_structure_comes_back_as_it_was_given,
    a_structure_that_is_not_there_is_null_in_all_columns,
    many_rows_with_embedded_structures_are_made,
    one_embedded_column_is_changed_and_the_others_stay,
    an_embedded_structure_is_changed_whole,
    a_saved_model_writes_its_embedded_structures,
    an_upsert_goes_by_an_embedded_column,
    rows_are_found_sorted_and_selected_by_embedded_columns,
    figures_are_computed_over_embedded_columns,
    pages_go_by_embedded_columns,
    an_owner_is_loaded_with_its_embedded_structures,
    a_column_that_two_fields_have_is_refused,
}

#[derive(Clone, Debug, PartialEq, Embed)]
#[model(crate = hypostyle_model)]
struct Address {
    street: String,
    #[model(length = 60)]
    city: String,
    #[model(rename = "zip", length = 10)]
    postcode: Option<String>,
    #[model(embed)]
    spot: Option<Spot>,
}

#[derive(Clone, Debug, PartialEq, Embed)]
#[model(crate = hypostyle_model)]
struct Spot {
    latitude: f64,
    longitude: f64,
    kind: Option<SpotKind>,
}

#[derive(Clone, Copy, Debug, PartialEq, Labels)]
#[labels(crate = hypostyle_model)]
enum SpotKind {
    Door,
    Dock,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "shops", unique(address.city, name), index(billing.postcode(desc)))]
#[model(has_many(visits = Visit, by = shop_id))]
struct Shop {
    #[model(key)]
    id: i64,
    #[model(embed)]
    address: Address,
    #[model(length = 40)]
    name: String,
    #[model(embed(prefix = "bill_"))]
    billing: Option<Address>,
    #[model(default = 0)]
    visitors: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "visits")]
struct Visit {
    #[model(key)]
    id: i64,
    #[model(references = Shop, relation = shop)]
    shop_id: i64,
    #[model(embed(prefix = ""))]
    from: Spot,
}

/// A model that has one column twice.
#[derive(Model)]
#[model(crate = hypostyle_model)]
struct Twice {
    #[model(key)]
    id: i64,
    #[model(embed)]
    spot: Spot,
    spot_latitude: f64,
}

/// Three shops: the second without an address for bills, the third without anything that it can be without.
async fn shops(bench: &Bench) -> Outcome<Vec<Shop>> {
    tables(bench).await?;
    let spot = |kind| Some(Spot { latitude: 59.5, longitude: 10.25, kind });
    let made = [
        NewShop {
            billing: Some(address("Oslo", None)),
            ..shop("ada", address("Bergen", spot(Some(SpotKind::Dock))))
        },
        shop("bob", address("Oslo", spot(None))),
        shop("cyd", Address { postcode: None, ..address("Alta", None) }),
    ];
    let mut shops = Vec::new();
    for new in made {
        shops.push(Shop::on(&bench.db).create(new).await?);
    }
    Ok(shops)
}

async fn tables(bench: &Bench) -> Outcome {
    Ok(Models::of("trade").with::<Shop>().with::<Visit>().create(&bench.db).await?)
}

fn shop(name: &str, address: Address) -> NewShop {
    NewShop { address, name: name.to_owned(), billing: None, visitors: None }
}

fn address(city: &str, spot: Option<Spot>) -> Address {
    let postcode = Some(format!("{city}-1"));
    Address { street: "Main Street 1".to_owned(), city: city.to_owned(), postcode, spot }
}

async fn tables_have_the_columns_of_embedded_structures(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let columns = [
        "id",
        "address_street",
        "address_city",
        "address_zip",
        "address_spot_latitude",
        "address_spot_longitude",
        "address_spot_kind",
        "name",
        "bill_street",
        "bill_city",
        "bill_zip",
        "bill_spot_latitude",
        "bill_spot_longitude",
        "bill_spot_kind",
        "visitors",
    ];
    let dialect = bench.db.engine().dialect;
    let table = Shop::definition().to_table(dialect)?;
    equal(table.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), columns)?;
    let required = table.columns.iter().filter(|column| !column.nullable);
    let required: Vec<&str> = required.map(|column| column.name.as_str()).collect();
    equal(required, ["id", "address_street", "address_city", "name", "visitors"])?;
    let there = hypostyle_schema::table(&bench.db, "shops").await?.unwrap_or_default();
    equal(there.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), columns)?;
    let spot = Visit::definition().to_table(dialect)?;
    let spot: Vec<&str> = spot.columns.iter().map(|column| column.name.as_str()).collect();
    equal(spot, ["id", "shop_id", "latitude", "longitude", "kind"])?;
    let again = NewShop { visitors: Some(1), ..shop("ada", address("Oslo", None)) };
    Shop::on(&bench.db).create(again).await?;
    let refused = Shop::on(&bench.db).create(shop("ada", address("Oslo", None))).await;
    fails(refused, ErrorKind::UniqueViolation)?;
    Shop::on(&bench.db).create(shop("ada", address("Alta", None))).await?;
    Ok(())
}

async fn embedded_columns_are_compared_with_the_table(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let scratch = bench.with_pool(PoolOptions::default()).await?;
    let is_mysql = bench.db.engine().dialect == Dialect::Mysql;
    let taken = if is_mysql { Some(ScratchDatabase::take(&scratch.db).await?) } else { None };
    let models = Models::of("trade").with::<Shop>().with::<Visit>();
    equal(models.diff(&bench.db, &scratch.db).await?.changes.len(), 0)?;
    bench.db.execute("ALTER TABLE visits DROP COLUMN longitude", ()).await?;
    let changes = models.diff(&bench.db, &scratch.db).await?.changes;
    let sentences: Vec<String> = changes.iter().flat_map(|change| change.sentences()).collect();
    equal(sentences.len(), 1)?;
    holds(sentences[0].contains("longitude"), &sentences[0])?;
    if let Some(taken) = taken {
        taken.discard().await?;
    }
    Ok(())
}

async fn an_embedded_structure_comes_back_as_it_was_given(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    let ada = &shops[0];
    equal(ada.address.city.as_str(), "Bergen")?;
    equal(ada.address.spot.as_ref().and_then(|spot| spot.kind), Some(SpotKind::Dock))?;
    equal(ada.billing.clone(), Some(address("Oslo", None)))?;
    equal(Shop::on(&bench.db).find().order_by(Shop::id.asc()).all().await?, shops.clone())?;
    let raw = "SELECT * FROM shops ORDER BY id";
    equal(bench.db.fetch_all::<Shop>(raw, ()).await?, shops)
}

async fn a_structure_that_is_not_there_is_null_in_all_columns(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    equal(shops[1].billing.clone(), None)?;
    equal(shops[2].address.spot.clone(), None)?;
    let names = async |filter| -> Outcome<Vec<String>> {
        let found = Shop::on(&bench.db).find_many(filter).order_by(Shop::id.asc());
        Ok(found.select((Shop::name,)).await?.into_iter().map(|(name,)| name).collect())
    };
    equal(names(Shop::billing.is_null()).await?, ["bob", "cyd"])?;
    equal(names(Shop::billing.is_not_null()).await?, ["ada"])?;
    equal(names(Shop::address.spot.is_null()).await?, ["cyd"])?;
    equal(names(Shop::address.spot.is_not_null() & Shop::billing.city.is_null()).await?, ["bob"])
}

async fn many_rows_with_embedded_structures_are_made(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let new = |at: usize| NewShop {
        billing: at.is_multiple_of(2).then(|| address("Oslo", None)),
        ..shop(&format!("shop {at}"), address("Bergen", None))
    };
    equal(Shop::on(&bench.db).create_many((0..500).map(new)).await?, 500)?;
    let more = Shop::on(&bench.db).bulk().create_returning((500..600).map(new)).await?;
    equal(more[7].billing.clone(), None)?;
    equal(more[8].billing.clone(), Some(address("Oslo", None)))?;
    equal(Shop::on(&bench.db).count(Shop::billing.city.eq("Oslo")).await?, 300)
}

async fn one_embedded_column_is_changed_and_the_others_stay(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    let moved = Shop::on(&bench.db).update(shops[0].id, Shop::address.street.set("Quay 2")).await?;
    let street = "Quay 2".to_owned();
    let expected = Address { street, ..shops[0].address.clone() };
    equal(moved.clone(), Shop { address: expected, ..shops[0].clone() })?;
    equal(Shop::on(&bench.db).get(shops[0].id).await?, moved)?;
    let nowhere = Shop::address.postcode.set_null();
    let many = Shop::address.city.in_(["Oslo", "Bergen"]);
    equal(Shop::on(&bench.db).update_many(many, nowhere).await?, 2)?;
    equal(Shop::on(&bench.db).count(Shop::address.postcode.is_null()).await?, 3)?;
    let east = Shop::address.spot.longitude.plus(1.5);
    let moved = Shop::on(&bench.db).update(shops[1].id, east).await?;
    equal(moved.address.spot.map(|spot| spot.longitude), Some(11.75))
}

async fn an_embedded_structure_is_changed_whole(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    let bill = address("Paris", Some(Spot { latitude: 1.0, longitude: 2.0, kind: None }));
    let changed = Shop::on(&bench.db).update(shops[1].id, Shop::billing.set(bill.clone())).await?;
    equal(changed, Shop { billing: Some(bill.clone()), ..shops[1].clone() })?;
    let mut changes: Vec<Change<Shop>> = Shop::billing.set_null();
    changes.extend(Shop::address.set(bill.clone()));
    changes.push(Shop::visitors.plus(2));
    let changed = Shop::on(&bench.db).update(shops[0].id, changes).await?;
    let expected = Shop { billing: None, address: bill, visitors: 2, ..shops[0].clone() };
    equal(changed, expected)?;
    let rows = [(shops[0].id, Shop::address.spot.set(None)), (99, Shop::billing.set_null())];
    equal(Shop::on(&bench.db).bulk().update(rows).await?, 1)?;
    equal(Shop::on(&bench.db).get(shops[0].id).await?.address.spot, None)
}

async fn a_saved_model_writes_its_embedded_structures(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    let address = Address { street: "Quay 2".to_owned(), ..address("Alta", None) };
    let changed = Shop { billing: None, address, ..shops[0].clone() };
    equal(Shop::on(&bench.db).save(&changed).await?, changed.clone())?;
    equal(Shop::on(&bench.db).get(shops[0].id).await?, changed)
}

async fn an_upsert_goes_by_an_embedded_column(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    let street = "Quay 2".to_owned();
    let new = shop("bob", Address { street, ..address("Oslo", None) });
    let expected = Shop { address: new.address.clone(), ..shops[1].clone() };
    let by = (Shop::address.city, Shop::name);
    equal(Shop::on(&bench.db).upsert(new, by).await?, expected)?;
    let new = shop("bob", address("Paris", None));
    let made = Shop::on(&bench.db).upsert(new, (Shop::address.city, Shop::name)).await?;
    equal(made.address.city.as_str(), "Paris")?;
    equal(Shop::on(&bench.db).find().count().await?, 4)
}

async fn rows_are_found_sorted_and_selected_by_embedded_columns(bench: Bench) -> Outcome {
    shops(&bench).await?;
    let find = || Shop::on(&bench.db).find();
    let order = [Shop::billing.city.asc(), Shop::address.city.asc()];
    let cities = find().order_by(order).select((Shop::address.city, Shop::billing.city)).await?;
    let pair = |city: &str, bill: Option<&str>| (city.to_owned(), bill.map(str::to_owned));
    equal(cities, [pair("Bergen", Some("Oslo")), pair("Alta", None), pair("Oslo", None)])?;
    let found = find().filter(Shop::address.city.starts_with("B") | Shop::name.eq("cyd"));
    let found = found.order_by(Shop::address.city.desc()).select((Shop::name,)).await?;
    equal(found, [("ada".to_owned(),), ("cyd".to_owned(),)])?;
    let docks = find().filter(Shop::address.spot.kind.eq(SpotKind::Dock)).all().await?;
    equal(docks.len(), 1)?;
    equal(Shop::on(&bench.db).count(Shop::address.spot.latitude.gt(59.0)).await?, 2)
}

async fn figures_are_computed_over_embedded_columns(bench: Bench) -> Outcome {
    shops(&bench).await?;
    let find = || Shop::on(&bench.db).find();
    let figures = (Shop::billing.city.count(), Shop::address.spot.latitude.sum());
    equal(find().aggregate(figures).await?, (1, Some(119.0)))?;
    let groups = find().group_by((Shop::billing.city,), count_all()).await?;
    let mut groups: Vec<_> = groups.into_iter().map(|((city,), shops)| (city, shops)).collect();
    groups.sort();
    equal(groups, [(None, 2), (Some("Oslo".to_owned()), 1)])
}

async fn pages_go_by_embedded_columns(bench: Bench) -> Outcome {
    shops(&bench).await?;
    let key = CursorKey::new(b"a secret of sixteen bytes or more")?;
    let (mut cities, mut cursor) = (Vec::new(), None);
    loop {
        let find = Shop::on(&bench.db).find().order_by(Shop::address.city.asc());
        let page = find.cursor_page(&key, 2, cursor.as_deref()).await?;
        cities.extend(page.items.into_iter().map(|shop| shop.address.city));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return equal(cities, ["Alta", "Bergen", "Oslo"]);
        }
    }
}

async fn an_owner_is_loaded_with_its_embedded_structures(bench: Bench) -> Outcome {
    let shops = shops(&bench).await?;
    for shop in [&shops[0], &shops[2], &shops[0]] {
        let from = Spot { latitude: 1.0, longitude: 2.0, kind: Some(SpotKind::Door) };
        Visit::on(&bench.db).create(NewVisit { shop_id: shop.id, from }).await?;
    }
    let visits = Visit::on(&bench.db).find().order_by(Visit::id.asc()).include(Visit::shop);
    let found: Vec<_> = visits.all().await?.into_iter().map(|(_, shop)| shop).collect();
    let expected = [&shops[0], &shops[2], &shops[0]].map(|shop| Some(shop.clone()));
    equal(found, expected)?;
    let near = Shop::visits.filter(Visit::from.latitude.lt(2.0)).order_by(Visit::id.desc()).take(1);
    let found = Shop::on(&bench.db).find().order_by(Shop::id.asc()).include(near).all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(shop, visits)| (shop, visits.iter().map(|visit| visit.id).collect::<Vec<_>>()))
        .collect();
    equal(found, vec![(&shops[0], vec![3]), (&shops[1], vec![]), (&shops[2], vec![2])])?;
    let found = Visit::on(&bench.db).count(Visit::shop.any(Shop::billing.city.eq("Oslo"))).await?;
    equal(found, 2)
}

async fn a_column_that_two_fields_have_is_refused(_: Bench) -> Outcome {
    let refused = fails(Twice::definition().to_table(Dialect::Sqlite), ErrorKind::Validation)?;
    equal(refused.message(), "Twice has the column `spot_latitude` twice")
}
