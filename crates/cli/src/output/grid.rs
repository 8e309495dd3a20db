//! Aligned columns: measured once, cut to the screen, the same for every row that follows.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::terminal::Terminal;

/// What stands between two columns.
const BETWEEN: &str = " │ ";
const BETWEEN_WIDTH: usize = 3;
/// A column is not cut below this.
const WIDTH_MIN: usize = 6;

/// The columns of a table and how wide they are.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    columns: Vec<Column>,
    /// Cells are cut to their column; otherwise a long one pushes the rest of its row aside.
    is_cut: bool,
}

#[derive(Debug)]
struct Column {
    name: String,
    width: usize,
    is_right: bool,
}

impl Grid {
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let column = |name: &str| Column {
            name: name.replace(char::is_control, "·"),
            width: name.width(),
            is_right: false,
        };
        Self { columns: names.into_iter().map(column).collect(), is_cut: false }
    }

    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// Widens the columns to the cells of a row.
    pub(crate) fn measure<'a>(&mut self, row: impl Iterator<Item = &'a str>) {
        for (column, cell) in self.columns.iter_mut().zip(row) {
            column.width = column.width.max(cell.width());
        }
    }

    pub(crate) fn set_right(&mut self, column: usize) {
        if let Some(column) = self.columns.get_mut(column) {
            column.is_right = true;
        }
    }

    /// Narrows the widest columns until a row fits the screen, or none can be narrowed further.
    pub(crate) fn fit(&mut self, screen: usize) {
        self.is_cut = true;
        let between = (BETWEEN_WIDTH * self.columns.len()).saturating_sub(1);
        let room = screen.saturating_sub(between);
        let total = |columns: &[Column]| columns.iter().map(|column| column.width).sum::<usize>();
        while total(&self.columns) > room {
            let excess = total(&self.columns) - room;
            let Some(widest) = self.columns.iter().map(|column| column.width).max() else { return };
            let next = self.columns.iter().map(|column| column.width).filter(|each| *each < widest);
            let next = next.max().unwrap_or(WIDTH_MIN).max(WIDTH_MIN);
            let wide = self.columns.iter_mut().filter(|column| column.width == widest);
            let mut wide: Vec<&mut Column> = wide.collect();
            if widest <= WIDTH_MIN || wide.is_empty() {
                return;
            }
            let each = excess.div_ceil(wide.len()).min(widest - next).max(1);
            wide.iter_mut().for_each(|column| column.width = widest - each);
        }
    }

    pub(crate) fn write_header(&self, terminal: &Terminal, out: &mut String) {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let mut line = String::new();
        self.write_row(names.into_iter(), &mut line);
        out.push_str(&terminal.bold(line.trim_end()));
        out.push('\n');
        for (at, column) in self.columns.iter().enumerate() {
            out.push_str(if at > 0 { "─┼─" } else { "─" });
            out.extend(std::iter::repeat_n('─', column.width));
        }
        out.push_str("─\n");
    }

    /// Writes a row, without blanks at its end.
    pub(crate) fn write_row<'a>(&self, cells: impl Iterator<Item = &'a str>, out: &mut String) {
        let from = out.len();
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            out.push_str(if at > 0 { BETWEEN } else { " " });
            column.write(cell, self.is_cut, out);
        }
        out.truncate(from + out[from..].trim_end_matches(' ').len());
        out.push('\n');
    }
}

impl Column {
    fn write(&self, cell: &str, is_cut: bool, out: &mut String) {
        let width = cell.width();
        if width > self.width && is_cut {
            return self.write_cut(cell, out);
        }
        let blanks = std::iter::repeat_n(' ', self.width.saturating_sub(width));
        if self.is_right {
            out.extend(blanks);
            out.push_str(cell);
        } else {
            out.push_str(cell);
            out.extend(blanks);
        }
    }

    fn write_cut(&self, cell: &str, out: &mut String) {
        let mut left = self.width.saturating_sub(1);
        for each in cell.chars() {
            let width = each.width().unwrap_or(0);
            if width > left {
                break;
            }
            left -= width;
            out.push(each);
        }
        out.push('…');
        out.extend(std::iter::repeat_n(' ', left));
    }
}

/// Lays out a small table of text as one piece.
pub(crate) fn layout(terminal: &Terminal, names: &[&str], rows: &[Vec<String>]) -> String {
    let mut grid = Grid::new(names.iter().copied());
    rows.iter().for_each(|row| grid.measure(row.iter().map(String::as_str)));
    let mut out = String::new();
    grid.write_header(terminal, &mut out);
    rows.iter().for_each(|row| grid.write_row(row.iter().map(String::as_str), &mut out));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[[&str; 3]], screen: Option<usize>) -> String {
        let mut grid = Grid::new(["id", "name", "note"]);
        rows.iter().for_each(|row| grid.measure(row.iter().copied()));
        grid.set_right(0);
        if let Some(screen) = screen {
            grid.fit(screen);
        }
        let mut out = String::new();
        grid.write_header(&Terminal::none(), &mut out);
        rows.iter().for_each(|row| grid.write_row(row.iter().copied(), &mut out));
        out
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let rows = [["1", "Ada", "x"], ["20", "黒澤 明", "ü"], ["3", "", ""]];
        let expect = [
            " id │ name    │ note",
            "────┼─────────┼──────",
            "  1 │ Ada     │ x",
            " 20 │ 黒澤 明 │ ü",
            "  3 │         │",
        ];
        assert_eq!(shown(&rows, None).lines().collect::<Vec<_>>(), expect);
    }

    #[test]
    fn the_widest_columns_are_cut_to_the_screen() {
        let rows = [["1", "a long name that goes on", "a note that is longer than the name is"]];
        let shown = shown(&rows, Some(40));
        assert!(shown.lines().all(|line| line.width() <= 40), "{shown}");
        assert!(shown.contains("a long name th… │ a note that is…"), "{shown}");
    }

    #[test]
    fn a_screen_too_small_leaves_a_few_characters_of_each() {
        let shown = shown(&[["1", "abcdefghijkl", "mnopqrstuvwx"]], Some(1));
        assert!(shown.contains("abcde… │ mnopq…"), "{shown}");
    }
}
