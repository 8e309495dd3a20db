//! Isolation: what concurrent transactions see of each other at each level, driven step by step.

use hypostyle_core::{Access, Effect, Error, ErrorKind, Isolation, Retry, Type};

use crate::scenario::{Account, Step, play};
use crate::{Anomaly, Bench, Outcome, cases, equal, holds};

use Isolation::{ReadCommitted, RepeatableRead, Serializable, Snapshot};
use Step::{Commit, Read, Rollback, Write, WriteFrom};

cases! { "isolation":
    dirty_reads_at_read_committed_are_as_promised [READ_COMMITTED, READ_ONLY_TRANSACTIONS],
    dirty_reads_at_repeatable_read_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    dirty_reads_at_snapshot_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    dirty_reads_at_serializable_are_as_promised [SERIALIZABLE, READ_ONLY_TRANSACTIONS],
    non_repeatable_reads_at_read_committed_are_as_promised [READ_COMMITTED, READ_ONLY_TRANSACTIONS],
    non_repeatable_reads_at_repeatable_read_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    non_repeatable_reads_at_snapshot_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    non_repeatable_reads_at_serializable_are_as_promised [SERIALIZABLE, READ_ONLY_TRANSACTIONS],
    phantoms_at_read_committed_are_as_promised [READ_COMMITTED, READ_ONLY_TRANSACTIONS],
    phantoms_at_repeatable_read_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    phantoms_at_snapshot_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    phantoms_at_serializable_are_as_promised [SERIALIZABLE, READ_ONLY_TRANSACTIONS],
    lost_updates_at_read_committed_are_as_promised [READ_COMMITTED],
    lost_updates_at_repeatable_read_are_as_promised [SNAPSHOT],
    lost_updates_at_snapshot_are_as_promised [SNAPSHOT],
    lost_updates_at_serializable_are_as_promised [SERIALIZABLE],
    write_skew_at_read_committed_is_as_promised [READ_COMMITTED],
    write_skew_at_repeatable_read_is_as_promised [SNAPSHOT],
    write_skew_at_snapshot_is_as_promised [SNAPSHOT],
    write_skew_at_serializable_is_as_promised [SERIALIZABLE],
    read_only_anomalies_at_read_committed_are_as_promised [READ_COMMITTED, READ_ONLY_TRANSACTIONS],
    read_only_anomalies_at_repeatable_read_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    read_only_anomalies_at_snapshot_are_as_promised [SNAPSHOT, READ_ONLY_TRANSACTIONS],
    read_only_anomalies_at_serializable_are_as_promised [SERIALIZABLE, READ_ONLY_TRANSACTIONS],
    of_two_transactions_in_each_others_way_one_is_told_to_repeat [SERIALIZABLE],
    of_two_transactions_that_wait_for_each_other_one_is_told_to_repeat,
    two_writers_of_different_rows_both_commit,
    a_writer_builds_on_what_it_waited_for,
}

/// Transactions beside each other, on `t (id, v)` with the rows given.
struct Scenario {
    anomaly: Anomaly,
    rows: &'static str,
    accesses: &'static [Access],
    steps: &'static [(usize, Step)],
    /// Tells, from what each saw and the values at the end, whether the anomaly came about.
    came_about: fn(&[Account], &[i64]) -> bool,
}

const WRITER_AND_READER: &[Access] = &[Access::ReadWrite, Access::ReadOnly];
const TWO_WRITERS: &[Access] = &[Access::ReadWrite; 2];

const DIRTY_READ: Scenario = Scenario {
    anomaly: Anomaly::DirtyRead,
    rows: "(1, 0)",
    accesses: WRITER_AND_READER,
    steps: &[
        (0, Write("UPDATE t SET v = 99 WHERE id = 1")),
        (1, Read("SELECT v FROM t WHERE id = 1")),
        (0, Rollback),
        (1, Commit),
    ],
    came_about: |accounts, _| accounts[1].reads == [99],
};

const NON_REPEATABLE_READ: Scenario = Scenario {
    anomaly: Anomaly::NonRepeatableRead,
    rows: "(1, 0)",
    accesses: WRITER_AND_READER,
    steps: &[
        (1, Read("SELECT v FROM t WHERE id = 1")),
        (0, Write("UPDATE t SET v = 99 WHERE id = 1")),
        (0, Commit),
        (1, Read("SELECT v FROM t WHERE id = 1")),
        (1, Commit),
    ],
    came_about: |accounts, _| accounts[1].reads == [0, 99],
};

const PHANTOM: Scenario = Scenario {
    anomaly: Anomaly::Phantom,
    rows: "(1, 0)",
    accesses: WRITER_AND_READER,
    steps: &[
        (1, Read("SELECT count(*) FROM t WHERE v >= 0")),
        (0, Write("INSERT INTO t VALUES (2, 5)")),
        (0, Commit),
        (1, Read("SELECT count(*) FROM t WHERE v >= 0")),
        (1, Commit),
    ],
    came_about: |accounts, _| accounts[1].reads == [1, 2],
};

const LOST_UPDATE: Scenario = Scenario {
    anomaly: Anomaly::LostUpdate,
    rows: "(1, 0)",
    accesses: TWO_WRITERS,
    steps: &[
        (0, Read("SELECT v FROM t WHERE id = 1")),
        (1, Read("SELECT v FROM t WHERE id = 1")),
        (0, WriteFrom("UPDATE t SET v = ? + 1 WHERE id = 1")),
        (1, WriteFrom("UPDATE t SET v = ? + 1 WHERE id = 1")),
        (0, Commit),
        (1, Commit),
    ],
    came_about: |accounts, values| all_committed(accounts) && values == [1],
};

/// Two are on call, and each goes home if the other stays.
const WRITE_SKEW: Scenario = Scenario {
    anomaly: Anomaly::WriteSkew,
    rows: "(1, 1), (2, 1)",
    accesses: TWO_WRITERS,
    steps: &[
        (0, Read("SELECT sum(v) FROM t")),
        (1, Read("SELECT sum(v) FROM t")),
        (0, WriteFrom("UPDATE t SET v = 0 WHERE id = 1 AND ? >= 2")),
        (1, WriteFrom("UPDATE t SET v = 0 WHERE id = 2 AND ? >= 2")),
        (0, Commit),
        (1, Commit),
    ],
    came_about: |_, values| values == [0, 0],
};

/// A withdrawal that overdraws both accounts costs a fee; a deposit comes between; a statement of
/// the accounts that shows the deposit and no withdrawal is then followed by the fee.
const READ_ONLY: Scenario = Scenario {
    anomaly: Anomaly::ReadOnly,
    rows: "(1, 0), (2, 0)",
    accesses: &[Access::ReadWrite, Access::ReadWrite, Access::ReadOnly],
    steps: &[
        (0, Read("SELECT sum(v) FROM t")),
        (1, Write("UPDATE t SET v = v + 20 WHERE id = 2")),
        (1, Commit),
        (2, Read("SELECT v FROM t WHERE id = 1")),
        (2, Read("SELECT v FROM t WHERE id = 2")),
        (2, Commit),
        (0, WriteFrom("UPDATE t SET v = v - 10 - CASE WHEN ? < 10 THEN 1 ELSE 0 END WHERE id = 1")),
        (0, Commit),
    ],
    came_about: |accounts, values| {
        all_committed(accounts) && accounts[2].reads == [0, 20] && values == [-11, 20]
    },
};

fn committed(accounts: &[Account]) -> i64 {
    accounts.iter().map(|account| i64::from(matches!(account.committed, Ok(true)))).sum()
}

fn all_committed(accounts: &[Account]) -> bool {
    accounts.iter().all(|account| matches!(account.committed, Ok(true)))
}

/// Plays steps on `t` with the rows given; answers what each saw and the values at the end. Whoever
/// failed was told to repeat the transaction.
async fn played(
    bench: &Bench,
    isolation: Option<Isolation>,
    rows: &str,
    accesses: &[Access],
    steps: &[(usize, Step)],
) -> Outcome<(Vec<Account>, Vec<i64>)> {
    bench.table(Type::I64).await?;
    bench.db.execute(&format!("INSERT INTO t VALUES {rows}"), ()).await?;
    let accounts = play(&bench.db, isolation, accesses, steps).await?;
    for error in accounts.iter().filter_map(|account| account.committed.as_ref().err()) {
        if error.kind() == ErrorKind::Unsupported {
            return Err(Error::unsupported(
                bench.db.engine().name,
                error.context("capability").unwrap_or_default(),
            )
            .into());
        }
        let told = (error.kind(), error.retry(), error.effect());
        equal(told, (ErrorKind::Conflict, Retry::Transaction, Effect::None))?;
        holds(error.code().is_some(), "no code")?;
    }
    bench.is_settled().await?;
    let rows = bench.db.fetch_all::<(i64,)>("SELECT v FROM t ORDER BY id", ()).await?;
    Ok((accounts, rows.into_iter().map(|(value,)| value).collect()))
}

/// Checks that an anomaly comes about where the engine allows it, and nowhere else.
async fn check(bench: Bench, scenario: &Scenario, isolation: Isolation) -> Outcome {
    let Scenario { rows, accesses, steps, .. } = scenario;
    let (accounts, values) = played(&bench, Some(isolation), rows, accesses, steps).await?;
    let came_about = (scenario.came_about)(&accounts, &values);
    let allowed = bench.target.allows(isolation, scenario.anomaly);
    let shown = format!("{:?} at {isolation:?}: {accounts:?}, {values:?}", scenario.anomaly);
    holds(came_about == allowed, shown)?;
    holds(accounts.iter().any(|account| account.committed.is_ok()), "nobody got through")
}

macro_rules! checks {
    ($($name:ident: $scenario:ident, $isolation:ident;)*) => {$(
        async fn $name(bench: Bench) -> Outcome {
            check(bench, &$scenario, $isolation).await
        }
    )*};
}
checks! {
    dirty_reads_at_read_committed_are_as_promised: DIRTY_READ, ReadCommitted;
    dirty_reads_at_repeatable_read_are_as_promised: DIRTY_READ, RepeatableRead;
    dirty_reads_at_snapshot_are_as_promised: DIRTY_READ, Snapshot;
    dirty_reads_at_serializable_are_as_promised: DIRTY_READ, Serializable;
    non_repeatable_reads_at_read_committed_are_as_promised: NON_REPEATABLE_READ, ReadCommitted;
    non_repeatable_reads_at_repeatable_read_are_as_promised: NON_REPEATABLE_READ, RepeatableRead;
    non_repeatable_reads_at_snapshot_are_as_promised: NON_REPEATABLE_READ, Snapshot;
    non_repeatable_reads_at_serializable_are_as_promised: NON_REPEATABLE_READ, Serializable;
    phantoms_at_read_committed_are_as_promised: PHANTOM, ReadCommitted;
    phantoms_at_repeatable_read_are_as_promised: PHANTOM, RepeatableRead;
    phantoms_at_snapshot_are_as_promised: PHANTOM, Snapshot;
    phantoms_at_serializable_are_as_promised: PHANTOM, Serializable;
    lost_updates_at_read_committed_are_as_promised: LOST_UPDATE, ReadCommitted;
    lost_updates_at_repeatable_read_are_as_promised: LOST_UPDATE, RepeatableRead;
    lost_updates_at_snapshot_are_as_promised: LOST_UPDATE, Snapshot;
    lost_updates_at_serializable_are_as_promised: LOST_UPDATE, Serializable;
    write_skew_at_read_committed_is_as_promised: WRITE_SKEW, ReadCommitted;
    write_skew_at_repeatable_read_is_as_promised: WRITE_SKEW, RepeatableRead;
    write_skew_at_snapshot_is_as_promised: WRITE_SKEW, Snapshot;
    write_skew_at_serializable_is_as_promised: WRITE_SKEW, Serializable;
    read_only_anomalies_at_read_committed_are_as_promised: READ_ONLY, ReadCommitted;
    read_only_anomalies_at_repeatable_read_are_as_promised: READ_ONLY, RepeatableRead;
    read_only_anomalies_at_snapshot_are_as_promised: READ_ONLY, Snapshot;
    read_only_anomalies_at_serializable_are_as_promised: READ_ONLY, Serializable;
}

/// Counts the transactions that failed: none where one writer is let in at a time, else one.
fn one_failed_unless_they_queue(bench: &Bench, accounts: &[Account]) -> Outcome {
    let failed = accounts.iter().filter(|account| account.committed.is_err()).count();
    let expect = usize::from(!bench.can(hypostyle_core::Capability::SINGLE_WRITER));
    holds(failed == expect, format!("{failed} failed: {accounts:?}"))
}

async fn of_two_transactions_in_each_others_way_one_is_told_to_repeat(bench: Bench) -> Outcome {
    let Scenario { rows, accesses, steps, .. } = LOST_UPDATE;
    let (accounts, values) = played(&bench, Some(Serializable), rows, accesses, steps).await?;
    one_failed_unless_they_queue(&bench, &accounts)?;
    equal(values, [committed(&accounts)])
}

async fn of_two_transactions_that_wait_for_each_other_one_is_told_to_repeat(
    bench: Bench,
) -> Outcome {
    let steps = [
        (0, Write("UPDATE t SET v = v + 1 WHERE id = 1")),
        (1, Write("UPDATE t SET v = v + 1 WHERE id = 2")),
        (0, Write("UPDATE t SET v = v + 1 WHERE id = 2")),
        (1, Write("UPDATE t SET v = v + 1 WHERE id = 1")),
        (0, Commit),
        (1, Commit),
    ];
    let (accounts, values) = played(&bench, None, "(1, 0), (2, 0)", TWO_WRITERS, &steps).await?;
    one_failed_unless_they_queue(&bench, &accounts)?;
    equal(values, [committed(&accounts); 2])
}

async fn two_writers_of_different_rows_both_commit(bench: Bench) -> Outcome {
    let steps = [
        (0, Write("UPDATE t SET v = 10 WHERE id = 1")),
        (1, Write("UPDATE t SET v = 20 WHERE id = 2")),
        (0, Commit),
        (1, Commit),
    ];
    let (accounts, values) = played(&bench, None, "(1, 0), (2, 0)", TWO_WRITERS, &steps).await?;
    equal((all_committed(&accounts), values), (true, vec![10, 20]))
}

async fn a_writer_builds_on_what_it_waited_for(bench: Bench) -> Outcome {
    let increment = "UPDATE t SET v = v + 1 WHERE id = 1";
    let steps = [(0, Write(increment)), (1, Write(increment)), (0, Commit), (1, Commit)];
    let (accounts, values) = played(&bench, None, "(1, 0)", TWO_WRITERS, &steps).await?;
    equal(values, [committed(&accounts)])
}
