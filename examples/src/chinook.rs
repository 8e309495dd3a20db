//! Chinook, a shop for music: every table of the sample database as SQLite has it.
//!
//! Written by `hypostyle schema inspect --rust`.

use hypostyle::{Model, Models};

/// The tables.
pub fn models() -> Models {
    Models::of("chinook")
        .with::<Album>()
        .with::<Artist>()
        .with::<Customer>()
        .with::<Employee>()
        .with::<Genre>()
        .with::<Invoice>()
        .with::<InvoiceLine>()
        .with::<MediaType>()
        .with::<Playlist>()
        .with::<PlaylistTrack>()
        .with::<Track>()
}

/// Table `Album`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Album", rename_all = "PascalCase")]
#[model(index(artist_id, name = "IFK_AlbumArtistId"))]
#[model(has_many(tracks = Track, by = album_id))]
pub struct Album {
    /// INTEGER, primary key
    #[model(key)]
    pub album_id: i64,
    /// NVARCHAR(160)
    #[model(type = "NVARCHAR(160)")]
    pub title: String,
    /// INTEGER, → `Artist`
    #[model(references = Artist, relation = artist)]
    pub artist_id: i64,
}

/// Table `Artist`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Artist", rename_all = "PascalCase")]
#[model(has_many(albums = Album, by = artist_id))]
pub struct Artist {
    /// INTEGER, primary key
    #[model(key)]
    pub artist_id: i64,
    /// NVARCHAR(120)
    #[model(type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// Table `Customer`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Customer", rename_all = "PascalCase")]
#[model(index(support_rep_id, name = "IFK_CustomerSupportRepId"))]
#[model(has_many(invoices = Invoice, by = customer_id))]
pub struct Customer {
    /// INTEGER, primary key
    #[model(key)]
    pub customer_id: i64,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub first_name: String,
    /// NVARCHAR(20)
    #[model(type = "NVARCHAR(20)")]
    pub last_name: String,
    /// NVARCHAR(80)
    #[model(type = "NVARCHAR(80)")]
    pub company: Option<String>,
    /// NVARCHAR(70)
    #[model(type = "NVARCHAR(70)")]
    pub address: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub city: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub state: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub country: Option<String>,
    /// NVARCHAR(10)
    #[model(type = "NVARCHAR(10)")]
    pub postal_code: Option<String>,
    /// NVARCHAR(24)
    #[model(type = "NVARCHAR(24)")]
    pub phone: Option<String>,
    /// NVARCHAR(24)
    #[model(type = "NVARCHAR(24)")]
    pub fax: Option<String>,
    /// NVARCHAR(60)
    #[model(type = "NVARCHAR(60)")]
    pub email: String,
    /// INTEGER, → `Employee`
    #[model(references = Employee, relation = support_rep)]
    pub support_rep_id: Option<i64>,
}

/// Table `Employee`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Employee", rename_all = "PascalCase")]
#[model(index(reports_to, name = "IFK_EmployeeReportsTo"))]
#[model(has_many(customers = Customer, by = support_rep_id))]
#[model(has_many(employees = Employee, by = reports_to))]
pub struct Employee {
    /// INTEGER, primary key
    #[model(key)]
    pub employee_id: i64,
    /// NVARCHAR(20)
    #[model(type = "NVARCHAR(20)")]
    pub last_name: String,
    /// NVARCHAR(20)
    #[model(type = "NVARCHAR(20)")]
    pub first_name: String,
    /// NVARCHAR(30)
    #[model(type = "NVARCHAR(30)")]
    pub title: Option<String>,
    /// INTEGER, → `Employee`
    #[model(references = Employee, relation = employee)]
    pub reports_to: Option<i64>,
    /// DATETIME
    #[model(type = "DATETIME")]
    pub birth_date: Option<hypostyle::Timestamp>,
    /// DATETIME
    #[model(type = "DATETIME")]
    pub hire_date: Option<hypostyle::Timestamp>,
    /// NVARCHAR(70)
    #[model(type = "NVARCHAR(70)")]
    pub address: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub city: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub state: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub country: Option<String>,
    /// NVARCHAR(10)
    #[model(type = "NVARCHAR(10)")]
    pub postal_code: Option<String>,
    /// NVARCHAR(24)
    #[model(type = "NVARCHAR(24)")]
    pub phone: Option<String>,
    /// NVARCHAR(24)
    #[model(type = "NVARCHAR(24)")]
    pub fax: Option<String>,
    /// NVARCHAR(60)
    #[model(type = "NVARCHAR(60)")]
    pub email: Option<String>,
}

/// Table `Genre`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Genre", rename_all = "PascalCase")]
#[model(has_many(tracks = Track, by = genre_id))]
pub struct Genre {
    /// INTEGER, primary key
    #[model(key)]
    pub genre_id: i64,
    /// NVARCHAR(120)
    #[model(type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// Table `Invoice`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Invoice", rename_all = "PascalCase")]
#[model(index(customer_id, name = "IFK_InvoiceCustomerId"))]
#[model(has_many(invoice_lines = InvoiceLine, by = invoice_id))]
pub struct Invoice {
    /// INTEGER, primary key
    #[model(key)]
    pub invoice_id: i64,
    /// INTEGER, → `Customer`
    #[model(references = Customer, relation = customer)]
    pub customer_id: i64,
    /// DATETIME
    #[model(type = "DATETIME")]
    pub invoice_date: hypostyle::Timestamp,
    /// NVARCHAR(70)
    #[model(type = "NVARCHAR(70)")]
    pub billing_address: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub billing_city: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub billing_state: Option<String>,
    /// NVARCHAR(40)
    #[model(type = "NVARCHAR(40)")]
    pub billing_country: Option<String>,
    /// NVARCHAR(10)
    #[model(type = "NVARCHAR(10)")]
    pub billing_postal_code: Option<String>,
    /// NUMERIC(10,2)
    #[model(type = "NUMERIC(10,2)")]
    pub total: hypostyle::Decimal,
}

/// Table `InvoiceLine`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "InvoiceLine", rename_all = "PascalCase")]
#[model(index(invoice_id, name = "IFK_InvoiceLineInvoiceId"))]
#[model(index(track_id, name = "IFK_InvoiceLineTrackId"))]
pub struct InvoiceLine {
    /// INTEGER, primary key
    #[model(key)]
    pub invoice_line_id: i64,
    /// INTEGER, → `Invoice`
    #[model(references = Invoice, relation = invoice)]
    pub invoice_id: i64,
    /// INTEGER, → `Track`
    #[model(references = Track, relation = track)]
    pub track_id: i64,
    /// NUMERIC(10,2)
    #[model(type = "NUMERIC(10,2)")]
    pub unit_price: hypostyle::Decimal,
    /// INTEGER
    pub quantity: i64,
}

/// Table `MediaType`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "MediaType", rename_all = "PascalCase")]
#[model(has_many(tracks = Track, by = media_type_id))]
pub struct MediaType {
    /// INTEGER, primary key
    #[model(key)]
    pub media_type_id: i64,
    /// NVARCHAR(120)
    #[model(type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// Table `Playlist`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Playlist", rename_all = "PascalCase")]
#[model(has_many(playlist_tracks = PlaylistTrack, by = playlist_id))]
pub struct Playlist {
    /// INTEGER, primary key
    #[model(key)]
    pub playlist_id: i64,
    /// NVARCHAR(120)
    #[model(type = "NVARCHAR(120)")]
    pub name: Option<String>,
}

/// Table `PlaylistTrack`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "PlaylistTrack", rename_all = "PascalCase")]
#[model(index(playlist_id, name = "IFK_PlaylistTrackPlaylistId"))]
#[model(index(track_id, name = "IFK_PlaylistTrackTrackId"))]
pub struct PlaylistTrack {
    /// INTEGER, primary key, → `Playlist`
    #[model(key, references = Playlist, relation = playlist)]
    pub playlist_id: i64,
    /// INTEGER, primary key, → `Track`
    #[model(key, references = Track, relation = track)]
    pub track_id: i64,
}

/// Table `Track`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Track", rename_all = "PascalCase")]
#[model(index(album_id, name = "IFK_TrackAlbumId"))]
#[model(index(genre_id, name = "IFK_TrackGenreId"))]
#[model(index(media_type_id, name = "IFK_TrackMediaTypeId"))]
#[model(has_many(invoice_lines = InvoiceLine, by = track_id))]
#[model(has_many(playlist_tracks = PlaylistTrack, by = track_id))]
pub struct Track {
    /// INTEGER, primary key
    #[model(key)]
    pub track_id: i64,
    /// NVARCHAR(200)
    #[model(type = "NVARCHAR(200)")]
    pub name: String,
    /// INTEGER, → `Album`
    #[model(references = Album, relation = album)]
    pub album_id: Option<i64>,
    /// INTEGER, → `MediaType`
    #[model(references = MediaType, relation = media_type)]
    pub media_type_id: i64,
    /// INTEGER, → `Genre`
    #[model(references = Genre, relation = genre)]
    pub genre_id: Option<i64>,
    /// NVARCHAR(220)
    #[model(type = "NVARCHAR(220)")]
    pub composer: Option<String>,
    /// INTEGER
    pub milliseconds: i64,
    /// INTEGER
    pub bytes: Option<i64>,
    /// NUMERIC(10,2)
    #[model(type = "NUMERIC(10,2)")]
    pub unit_price: hypostyle::Decimal,
}
