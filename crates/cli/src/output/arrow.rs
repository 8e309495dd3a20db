//! Record batches: a stream of Arrow's, or a Parquet file.

use std::io::{self, BufWriter, Write};

use arrow_ipc::writer::StreamWriter;
use hypostyle::arrow::Chunk;
use hypostyle::arrow::arrow_array::RecordBatch;
use hypostyle::arrow::arrow_schema::{ArrowError, Schema};
use hypostyle::core::{Columns, Row};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::tally::Tally;
use super::{Done, Sink};

/// Where results go.
type Out = BufWriter<Box<dyn Write + Send>>;

/// Rows and encoded bytes of a row group, which the writer holds in memory.
const GROUP_ROWS: usize = 131_072;
const GROUP_BYTES: usize = 64 * 1024 * 1024;

/// A format of record batches.
pub(super) trait Encoding: Sized {
    fn begin(out: Out, schema: &Schema) -> io::Result<Self>;

    fn write(&mut self, batch: &RecordBatch) -> io::Result<()>;

    fn finish(self) -> io::Result<()>;
}

/// Arrow's streaming format.
pub(super) struct Stream(StreamWriter<Out>);

impl Encoding for Stream {
    fn begin(out: Out, schema: &Schema) -> io::Result<Self> {
        StreamWriter::try_new(out, schema).map(Self).map_err(of_arrow)
    }

    fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.0.write(batch).map_err(of_arrow)
    }

    fn finish(mut self) -> io::Result<()> {
        self.0.finish().map_err(of_arrow)?;
        self.0.into_inner().map_err(of_arrow)?.flush()
    }
}

/// A Parquet file.
pub(super) struct Parquet(ArrowWriter<Out>);

impl Encoding for Parquet {
    fn begin(out: Out, schema: &Schema) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_created_by(concat!("hypostyle ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let writer = ArrowWriter::try_new(out, schema.clone().into(), Some(properties));
        writer.map(Self).map_err(of_parquet)
    }

    fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        self.0.write(batch).map_err(of_parquet)?;
        if self.0.in_progress_size() >= GROUP_BYTES {
            self.0.flush().map_err(of_parquet)?;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<()> {
        self.0.into_inner().map_err(of_parquet)?.flush()
    }
}

fn of_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

fn of_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

/// Writes the only result that has rows.
pub(super) struct Arrow<E> {
    out: Option<Out>,
    writer: Option<E>,
    chunk: Option<Chunk>,
    tally: Tally,
}

impl<E: Encoding> Arrow<E> {
    pub(super) fn new(out: Out, tally: Tally) -> Self {
        Self { out: Some(out), writer: None, chunk: None, tally }
    }

    /// Writes the rows gathered.
    fn write(&mut self) -> io::Result<()> {
        let Some(chunk) = &mut self.chunk else { return Ok(()) };
        let batch = chunk.take().map_err(io::Error::other)?;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                let out =
                    self.out.take().ok_or_else(|| io::Error::other("the output is closed"))?;
                none.insert(E::begin(out, &batch.schema())?)
            }
        };
        if batch.num_rows() > 0 { writer.write(&batch) } else { Ok(()) }
    }
}

impl<E: Encoding> Sink for Arrow<E> {
    fn begin(&mut self, _statements: usize) -> io::Result<()> {
        Ok(())
    }

    fn columns(&mut self, columns: &Columns) -> io::Result<()> {
        if self.chunk.is_some() {
            return Err(io::Error::other(
                "this format holds one result, and a second statement answers rows; run them one \
                 by one",
            ));
        }
        self.chunk = Some(Chunk::new(columns));
        Ok(())
    }

    fn row(&mut self, row: Row<'_>) -> io::Result<()> {
        let Some(chunk) = &mut self.chunk else { return Ok(()) };
        chunk.push(row).map_err(io::Error::other)?;
        if chunk.is_full() { self.write() } else { Ok(()) }
    }

    fn rows_done(&mut self, _done: &Done) -> io::Result<()> {
        self.write()
    }

    fn done(&mut self, done: &Done) -> io::Result<()> {
        self.tally.add_on_stderr(done);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.tally.take_on_stderr();
        match self.writer.take() {
            Some(writer) => writer.finish(),
            None => {
                Err(io::Error::other("no statement answered rows, so there is nothing to write"))
            }
        }
    }

    /// What is half a document is not handed over.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
