//! What a call allocates, on the thread that makes it.
#![cfg(feature = "sqlite")]
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use hypostyle::{Database, Result};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // Memory is also asked for while a thread ends, when its counter is gone.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a call often enough to be warm, and answers what it allocates as a rule.
async fn allocations(mut call: impl AsyncFnMut() -> Result<()>) -> Result<u64> {
    let mut counts = Vec::with_capacity(200);
    for _ in 0..200 {
        let before = COUNT.get();
        call().await?;
        counts.push(COUNT.get() - before);
    }
    counts.sort_unstable();
    // A statement that is interrupted by the machine hands its worker over, and that allocates.
    Ok(counts[counts.len() / 2])
}

#[test]
fn calls_allocate_little_without_a_subscriber() -> Result<()> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("t.db").display());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = Database::open(&url).await?;
        db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, score REAL NOT NULL)", ()).await?;
        db.execute("INSERT INTO t VALUES (1, 0.5), (2, 1.5)", ()).await?;

        let select = allocations(async || {
            let row = db.fetch_one("SELECT id, score FROM t WHERE id = ?", (2,)).await?;
            assert_eq!((2_i64, 1.5_f64), row);
            Ok(())
        });
        let select = select.await?;
        let write = allocations(async || {
            db.execute("UPDATE t SET score = ? WHERE id = ?", (2.5, 1)).await.map(drop)
        });
        let write = write.await?;
        let begin = allocations(async || db.begin().await?.rollback().await).await?;
        println!("allocations: select {select}, write {write}, begin and rollback {begin}");
        assert!(select <= 4, "a point select allocates {select} times");
        assert!(write <= 4, "a write by key allocates {write} times");
        assert!(begin <= 16, "an empty transaction allocates {begin} times");
        Ok(())
    })
}
