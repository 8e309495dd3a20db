//! Queries: conditions, orders, selections, figures.

use hypostyle_core::ErrorKind;
use hypostyle_model::{Filter, Model, count_all};

use super::{NewPost, NewUser, Post, Role, User, post, tables, user};
use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "models::queries":
    conditions_find_what_they_say,
    a_pattern_minds_capitals_and_literal_signs,
    conditions_are_joined_and_turned_around,
    a_value_is_never_read_as_sql,
    null_comes_last_whichever_the_direction,
    rows_are_skipped_and_taken,
    some_columns_are_selected,
    parts_of_documents_are_compared,
    figures_are_computed_over_groups,
    rows_arrive_one_by_one,
    one_row_is_asked_for,
}

async fn people(bench: &Bench) -> Outcome {
    tables(bench).await?;
    let ages = [("ada", Some(36)), ("Bob", None), ("cyd", Some(17)), ("dora", Some(52))];
    for (at, (name, age)) in ages.into_iter().enumerate() {
        let role = if at == 0 { Some(Role::Admin) } else { None };
        User::on(&bench.db).create(NewUser { age, role, ..user(name) }).await?;
    }
    Ok(())
}

async fn names(bench: &Bench, filter: Filter<User>) -> Outcome<Vec<String>> {
    let found = User::on(&bench.db).find_many(filter).order_by(User::id.asc()).all().await?;
    Ok(found.into_iter().map(|user| user.name).collect())
}

async fn check(bench: &Bench, filter: Filter<User>, expected: &[&str]) -> Outcome {
    equal(names(bench, filter).await?.iter().map(String::as_str).collect::<Vec<_>>(), expected)
}

async fn conditions_find_what_they_say(bench: Bench) -> Outcome {
    people(&bench).await?;
    check(&bench, User::name.eq("ada"), &["ada"]).await?;
    check(&bench, User::name.ne("ada"), &["Bob", "cyd", "dora"]).await?;
    check(&bench, User::age.gt(36), &["dora"]).await?;
    check(&bench, User::age.gte(36), &["ada", "dora"]).await?;
    check(&bench, User::age.lt(36), &["cyd"]).await?;
    check(&bench, User::age.lte(36), &["ada", "cyd"]).await?;
    check(&bench, User::age.between(17, 36), &["ada", "cyd"]).await?;
    check(&bench, User::age.in_([17, 52]), &["cyd", "dora"]).await?;
    check(&bench, User::age.not_in([17, 52]), &["ada"]).await?;
    check(&bench, User::age.in_([0_i32; 0]), &[]).await?;
    check(&bench, User::age.is_null(), &["Bob"]).await?;
    check(&bench, User::age.is_not_null(), &["ada", "cyd", "dora"]).await?;
    check(&bench, User::role.eq(Role::Admin), &["ada"]).await?;
    check(&bench, User::email.eq_column(User::name), &[]).await?;
    check(&bench, Filter::sql("length(name) > ?", [3]), &["dora"]).await
}

async fn a_pattern_minds_capitals_and_literal_signs(bench: Bench) -> Outcome {
    people(&bench).await?;
    User::on(&bench.db).create(user("100%_\\*[x]?")).await?;
    check(&bench, User::name.like("b%"), &[]).await?;
    check(&bench, User::name.ilike("b%"), &["Bob"]).await?;
    check(&bench, User::name.like("_d_"), &["ada"]).await?;
    check(&bench, User::name.starts_with("100%_"), &["100%_\\*[x]?"]).await?;
    check(&bench, User::name.starts_with("1_0"), &[]).await?;
    check(&bench, User::name.contains("_\\*"), &["100%_\\*[x]?"]).await?;
    check(&bench, User::name.ends_with("[x]?"), &["100%_\\*[x]?"]).await?;
    check(&bench, User::name.contains("o"), &["Bob", "dora"]).await
}

async fn conditions_are_joined_and_turned_around(bench: Bench) -> Outcome {
    people(&bench).await?;
    check(&bench, User::age.gt(20) & User::age.lt(50), &["ada"]).await?;
    check(&bench, User::age.lt(20) | User::age.gt(50), &["cyd", "dora"]).await?;
    check(&bench, !(User::age.lt(20) | User::age.gt(50)), &["ada"]).await?;
    let either = User::name.eq("Bob") | User::name.eq("cyd");
    check(&bench, either & User::age.is_null(), &["Bob"]).await?;
    check(&bench, Filter::all([]), &["ada", "Bob", "cyd", "dora"]).await?;
    check(&bench, Filter::any([]), &[]).await?;
    check(&bench, Filter::any([User::id.eq(1), User::id.eq(2)]), &["ada", "Bob"]).await
}

async fn a_value_is_never_read_as_sql(bench: Bench) -> Outcome {
    people(&bench).await?;
    let hostile = "' OR 1 = 1; DROP TABLE users; --";
    check(&bench, User::name.eq(hostile), &[]).await?;
    check(&bench, User::name.like(hostile), &[]).await?;
    check(&bench, User::name.in_([hostile, "\\' OR ''='"]), &[]).await?;
    User::on(&bench.db).update(1, User::name.set(hostile)).await?;
    check(&bench, User::name.contains("DROP TABLE"), &[hostile]).await
}

async fn null_comes_last_whichever_the_direction(bench: Bench) -> Outcome {
    people(&bench).await?;
    let ascending = User::on(&bench.db).find().order_by(User::age.asc()).all().await?;
    let ages: Vec<_> = ascending.iter().map(|user| user.age).collect();
    equal(ages, vec![Some(17), Some(36), Some(52), None])?;
    let order = [User::age.desc(), User::name.asc()];
    let descending = User::on(&bench.db).find().order_by(order).all().await?;
    let ages: Vec<_> = descending.iter().map(|user| user.age).collect();
    equal(ages, vec![Some(52), Some(36), Some(17), None])
}

async fn rows_are_skipped_and_taken(bench: Bench) -> Outcome {
    people(&bench).await?;
    let find = || User::on(&bench.db).find().order_by(User::id.asc());
    let ids = |users: Vec<User>| users.iter().map(|user| user.id).collect::<Vec<_>>();
    equal(ids(find().skip(1).take(2).all().await?), vec![2, 3])?;
    equal(ids(find().skip(3).all().await?), vec![4])?;
    equal(ids(find().take(0).all().await?), Vec::<i64>::new())?;
    let page = find().page(2, 3).await?;
    equal((page.items.len(), page.total, page.pages()), (1, 4, 2))?;
    holds(!page.has_next_page(), "it does not hold")?;
    fails(find().page(0, 3).await, ErrorKind::Validation)?;
    fails(find().page(1, 0).await, ErrorKind::Validation)?;
    Ok(())
}

async fn some_columns_are_selected(bench: Bench) -> Outcome {
    people(&bench).await?;
    let find = || User::on(&bench.db).find().order_by(User::id.asc());
    let pairs = find().take(2).select((User::name, User::age)).await?;
    equal(pairs, vec![("ada".to_owned(), Some(36)), ("Bob".to_owned(), None)])?;
    let roles = User::on(&bench.db).find().order_by(User::role.asc());
    equal(roles.select_distinct((User::role,)).await?, vec![(Role::Admin,), (Role::Reader,)])
}

async fn parts_of_documents_are_compared(bench: Bench) -> Outcome {
    people(&bench).await?;
    let light = User::on(&bench.db).get(3).await?;
    let mut settings = light.settings.clone();
    settings.theme = "li\"ght".to_owned();
    settings.page_size = 50;
    User::on(&bench.db).update(3, User::settings.set(settings)).await?;
    check(&bench, User::settings.path(["theme"]).eq("li\"ght"), &["cyd"]).await?;
    check(&bench, User::settings.path(["theme"]).ne("li\"ght"), &["ada", "Bob", "dora"]).await?;
    check(&bench, User::settings.path(["page_size"]).gt(20), &["cyd"]).await?;
    check(&bench, User::settings.path(["page_size"]).eq(20), &["ada", "Bob", "dora"]).await?;
    check(&bench, User::settings.path(["nothing", "0"]).is_null(), &["ada", "Bob", "cyd", "dora"])
        .await
}

async fn figures_are_computed_over_groups(bench: Bench) -> Outcome {
    people(&bench).await?;
    let find = || User::on(&bench.db).find();
    let (rows, ages) = find().aggregate((count_all(), User::age.count())).await?;
    equal((rows, ages), (4, 3))?;
    equal(find().aggregate(User::age.sum()).await?, Some(105))?;
    equal(find().aggregate(User::age.avg()).await?, Some(35.0))?;
    let extremes = find().aggregate((User::age.min(), User::age.max())).await?;
    equal(extremes, (Some(17), Some(52)))?;
    let none = find().filter(User::id.gt(100)).aggregate((count_all(), User::age.sum())).await?;
    equal(none, (0, None))?;
    let groups = find().group_by((User::role,), (count_all(), User::age.max())).await?;
    let expected = vec![((Role::Admin,), (1, Some(36))), ((Role::Reader,), (3, Some(52)))];
    equal(groups, expected)?;
    equal(find().aggregate(User::role.count_distinct()).await?, 2)
}

async fn rows_arrive_one_by_one(bench: Bench) -> Outcome {
    people(&bench).await?;
    let ada = User::on(&bench.db).get(1).await?;
    let rows = (0..3_000).map(|at| NewPost { likes: Some(at), ..post(&ada, "x") });
    Post::on(&bench.db).create_many(rows).await?;
    let mut sum = 0;
    let find = Post::on(&bench.db).find();
    find.for_each(|post| {
        sum += post.likes;
        Ok(())
    })
    .await?;
    equal(sum, (0..3_000).sum::<i64>())?;
    bench.is_settled().await
}

async fn one_row_is_asked_for(bench: Bench) -> Outcome {
    people(&bench).await?;
    let find = || User::on(&bench.db).find();
    equal(find().order_by(User::age.desc()).first().await?.map(|user| user.id), Some(4))?;
    equal(find().filter(User::name.eq("cyd")).only().await?.map(|user| user.id), Some(3))?;
    equal(find().filter(User::id.gt(9)).only().await?, None)?;
    fails(find().only().await, ErrorKind::Limit)?;
    holds(find().filter(User::id.eq(2)).exists().await?, "it does not hold")?;
    holds(!User::on(&bench.db).exists(User::id.eq(9)).await?, "it does not hold")?;
    Ok(())
}
