//! Rows for tests, with what does not matter filled in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hypostyle_core::BoxFuture;
use hypostyle_model::{BelongsTo, Bound, ColumnName, HasMany, Key, NewRow};

use crate::{Error, ErrorKind, Executor, Model, Result, Transaction, Value, ValueRef};

/// Numbers rows through the whole process, so that no two tests on one database make the same.
static NUMBER: AtomicU64 = AtomicU64::new(1);

/// Makes new rows of a model.
///
/// # Shape
/// A factory is a value: begin with a function of its own for each model, and narrow it by
/// [`Factory::with`] where a test says more. The number that it is given is another one for each row.
///
/// # Examples
/// ```
/// # use hypostyle::{Model, Models, testing, testing::Factory};
/// # #[derive(Model)]
/// # struct Person {
/// #     #[model(key)]
/// #     id: i64,
/// #     email: String,
/// #     age: Option<i32>,
/// # }
/// fn people() -> Factory<NewPerson> {
///     Factory::new(|n| NewPerson { email: format!("p{n}@example.org"), age: Some(30) })
/// }
///
/// fn children() -> Factory<NewPerson> {
///     people().with(|person| person.age = Some(9))
/// }
///
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// # let db = testing::database(&Models::of("app").with::<Person>()).await?;
/// let ada = people().create(&db).await?;
/// let class = children().create_many(&db, 20).await?;
/// assert_eq!((ada.age, class[19].age), (Some(30), Some(9)));
/// assert_eq!(people().build().age, Some(30));
/// # Ok(())
/// # }
/// ```
#[must_use = "a factory makes nothing until it is asked"]
pub struct Factory<N: NewRow> {
    make: Arc<dyn Fn(u64) -> N + Send + Sync>,
    changes: Vec<Change<N>>,
    parents: Vec<(ColumnName, MakesParent)>,
    children: Vec<MakesChildren>,
}

type Change<N> = Arc<dyn Fn(&mut N) + Send + Sync>;

/// Makes the row that another belongs to, and answers its key.
type MakesParent =
    Arc<dyn for<'t> Fn(&'t mut Transaction<'_>) -> BoxFuture<'t, Result<Value>> + Send + Sync>;

/// Makes rows that belong to the one of a key.
type MakesChildren =
    Arc<dyn for<'t> Fn(&'t mut Transaction<'_>, Value) -> BoxFuture<'t, Result<()>> + Send + Sync>;

impl<N: NewRow> Clone for Factory<N> {
    fn clone(&self) -> Self {
        Self {
            make: self.make.clone(),
            changes: self.changes.clone(),
            parents: self.parents.clone(),
            children: self.children.clone(),
        }
    }
}

impl<N: NewRow + 'static> Factory<N> {
    /// Begins with what makes a row of a number.
    pub fn new(make: impl Fn(u64) -> N + Send + Sync + 'static) -> Self {
        Self {
            make: Arc::new(make),
            changes: Vec::new(),
            parents: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Changes each row that is made, after the changes before.
    pub fn with(mut self, change: impl Fn(&mut N) + Send + Sync + 'static) -> Self {
        self.changes.push(Arc::new(change));
        self
    }

    /// Makes the row that each one belongs to, unless the row names one: a column that is NULL, 0, an
    /// empty text or the nil UUID names none.
    pub fn belongs_to<P: NewRow + 'static>(
        mut self,
        relation: BelongsTo<N::Model, P::Model>,
        parent: Factory<P>,
    ) -> Self {
        self.parents.push((relation.column(), makes_parent(parent)));
        self
    }

    /// Makes so many rows of another model that belong to each one.
    pub fn has_many<C: NewRow + 'static>(
        mut self,
        relation: HasMany<N::Model, C::Model>,
        child: Factory<C>,
        count: usize,
    ) -> Self {
        self.children.push(makes_children(relation.column(), child, count));
        self
    }

    /// Makes a row without the database, as one to be posted as a form; what it belongs to is not made.
    pub fn build(&self) -> N {
        let mut row = (self.make)(NUMBER.fetch_add(1, Ordering::Relaxed));
        self.changes.iter().for_each(|change| change(&mut row));
        row
    }

    /// Makes a row in the database, and what belongs to it, all or nothing.
    ///
    /// # Errors
    /// As [`Repository::create`](crate::model::Repository::create), saying for which model.
    ///
    /// # Cancellation
    /// Nothing is made.
    ///
    /// # Capability
    /// Inside a transaction `savepoints`.
    pub async fn create(&self, mut executor: impl Executor) -> Result<N::Model> {
        let mut transaction = executor.begin().await?;
        let row = self.make_in(&mut transaction, Vec::new()).await?;
        transaction.commit().await?;
        Ok(row)
    }

    /// Makes so many rows in the database, all or nothing.
    ///
    /// # Errors
    /// As [`Factory::create`].
    ///
    /// # Cancellation
    /// Nothing is made.
    ///
    /// # Capability
    /// As [`Factory::create`].
    pub async fn create_many(
        &self,
        mut executor: impl Executor,
        count: usize,
    ) -> Result<Vec<N::Model>> {
        let mut transaction = executor.begin().await?;
        let mut rows = Vec::with_capacity(count);
        for _ in 0..count {
            rows.push(self.make_in(&mut transaction, Vec::new()).await?);
        }
        transaction.commit().await?;
        Ok(rows)
    }

    /// Makes a row with some columns given, each by its place.
    async fn make_in(
        &self,
        transaction: &mut Transaction<'_>,
        mut given: Vec<(usize, Value)>,
    ) -> Result<N::Model> {
        let row = self.build();
        for (at, make) in self.orphaned(&row, &given)? {
            given.push((at, make(transaction).await?));
        }
        let row = Filled { row, given };
        let made = N::Model::on(&mut *transaction).create(row).await;
        let made = made.map_err(|error| {
            error.while_doing(&format!("a factory of {}", N::Model::definition().model()))
        })?;
        for make in &self.children {
            make(transaction, key_of(&made)?).await?;
        }
        Ok(made)
    }

    /// The parents that a row names none of, each with the place of its column.
    fn orphaned(&self, row: &N, given: &[(usize, Value)]) -> Result<Vec<(usize, &MakesParent)>> {
        let mut assigned = Vec::new();
        row.assign(&mut assigned)?;
        let mut orphaned = Vec::new();
        for (column, make) in &self.parents {
            let at = place::<N::Model>(*column)?;
            let value = assigned.iter().find(|(there, _)| *there == at).map(|(_, value)| value);
            let is_given = given.iter().any(|(there, _)| *there == at);
            if !is_given && value.is_none_or(|value| names_none(value.as_ref())) {
                orphaned.push((at, make));
            }
        }
        Ok(orphaned)
    }
}

fn makes_parent<P: NewRow + 'static>(parent: Factory<P>) -> MakesParent {
    Arc::new(move |transaction| {
        let parent = parent.clone();
        Box::pin(async move { key_of(&parent.make_in(transaction, Vec::new()).await?) })
    })
}

fn makes_children<C: NewRow + 'static>(
    column: ColumnName,
    child: Factory<C>,
    count: usize,
) -> MakesChildren {
    Arc::new(move |transaction, key| {
        let child = child.clone();
        Box::pin(async move {
            let at = place::<C::Model>(column)?;
            for _ in 0..count {
                child.make_in(transaction, vec![(at, key.clone())]).await?;
            }
            Ok(())
        })
    })
}

/// A new row of which some columns are given from elsewhere.
struct Filled<N> {
    row: N,
    given: Vec<(usize, Value)>,
}

impl<N: NewRow> NewRow for Filled<N> {
    type Model = N::Model;

    fn assign<'a>(&'a self, out: &mut Vec<(usize, Bound<'a>)>) -> Result<()> {
        self.row.assign(out)?;
        for (at, value) in &self.given {
            out.retain(|(there, _)| there != at);
            out.push((*at, Bound::Lent(value.as_ref())));
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        self.row.check()
    }
}

fn names_none(value: ValueRef<'_>) -> bool {
    match value {
        ValueRef::Null | ValueRef::I64(0) | ValueRef::U64(0) | ValueRef::I128(0) => true,
        ValueRef::Text(text) => text.is_empty(),
        ValueRef::Uuid(uuid) => uuid.is_nil(),
        _ => false,
    }
}

fn key_of<M: Model>(row: &M) -> Result<Value> {
    let key = row.key();
    let mut values = key.bind()?;
    match (values.pop(), values.is_empty()) {
        (Some(value), true) => Ok(value.into_value()),
        _ => {
            let model = M::definition().model();
            let message =
                format!("relations go by a key of one column; that of {model} has several");
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

/// The place of a column among those of its model.
fn place<M: Model>(column: ColumnName) -> Result<usize> {
    let columns = M::definition().columns();
    columns.iter().position(|known| known.name() == column).ok_or_else(|| {
        let message = format!("`{column}` is no column of {}", M::definition().model());
        Error::new(ErrorKind::Validation, message)
    })
}
