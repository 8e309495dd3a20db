//! Northwind, a trader of food: every table of the sample database as SQLite has it.
//!
//! Written by `hypostyle schema inspect --rust`.

use hypostyle::{Model, Models};

/// The tables.
pub fn models() -> Models {
    Models::of("northwind")
        .with::<Categories>()
        .with::<CustomerCustomerDemo>()
        .with::<CustomerDemographics>()
        .with::<Customers>()
        .with::<Employees>()
        .with::<EmployeeTerritories>()
        .with::<OrderDetails>()
        .with::<Orders>()
        .with::<Products>()
        .with::<Regions>()
        .with::<Shippers>()
        .with::<Suppliers>()
        .with::<Territories>()
}

/// Table `Categories`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Categories")]
#[model(has_many(products = Products, by = category_id))]
pub struct Categories {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "CategoryID")]
    pub category_id: i64,
    /// TEXT
    #[model(rename = "CategoryName")]
    pub category_name: Option<String>,
    /// TEXT
    #[model(rename = "Description")]
    pub description: Option<String>,
    /// BLOB
    #[model(rename = "Picture")]
    pub picture: Option<Vec<u8>>,
}

/// Table `CustomerCustomerDemo`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "CustomerCustomerDemo")]
pub struct CustomerCustomerDemo {
    /// TEXT, primary key, → `Customers`
    #[model(key, rename = "CustomerID", references = Customers, relation = customer)]
    pub customer_id: String,
    /// TEXT, primary key, → `CustomerDemographics`
    #[model(key, rename = "CustomerTypeID", references = CustomerDemographics, relation = customer_type)]
    pub customer_type_id: String,
}

/// Table `CustomerDemographics`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "CustomerDemographics")]
#[model(has_many(customer_customer_demos = CustomerCustomerDemo, by = customer_type_id))]
pub struct CustomerDemographics {
    /// TEXT, primary key
    #[model(key, rename = "CustomerTypeID")]
    pub customer_type_id: String,
    /// TEXT
    #[model(rename = "CustomerDesc")]
    pub customer_desc: Option<String>,
}

/// Table `Customers`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Customers")]
#[model(has_many(customer_customer_demos = CustomerCustomerDemo, by = customer_id))]
#[model(has_many(orders = Orders, by = customer_id))]
pub struct Customers {
    /// TEXT, primary key
    #[model(key, nullable, rename = "CustomerID")]
    pub customer_id: String,
    /// TEXT
    #[model(rename = "CompanyName")]
    pub company_name: Option<String>,
    /// TEXT
    #[model(rename = "ContactName")]
    pub contact_name: Option<String>,
    /// TEXT
    #[model(rename = "ContactTitle")]
    pub contact_title: Option<String>,
    /// TEXT
    #[model(rename = "Address")]
    pub address: Option<String>,
    /// TEXT
    #[model(rename = "City")]
    pub city: Option<String>,
    /// TEXT
    #[model(rename = "Region")]
    pub region: Option<String>,
    /// TEXT
    #[model(rename = "PostalCode")]
    pub postal_code: Option<String>,
    /// TEXT
    #[model(rename = "Country")]
    pub country: Option<String>,
    /// TEXT
    #[model(rename = "Phone")]
    pub phone: Option<String>,
    /// TEXT
    #[model(rename = "Fax")]
    pub fax: Option<String>,
}

/// Table `Employees`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Employees")]
#[model(has_many(employees_by_reports_to = Employees, by = reports_to))]
#[model(has_many(employee_territories = EmployeeTerritories, by = employee_id))]
#[model(has_many(orders = Orders, by = employee_id))]
pub struct Employees {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "EmployeeID")]
    pub employee_id: i64,
    /// TEXT
    #[model(rename = "LastName")]
    pub last_name: Option<String>,
    /// TEXT
    #[model(rename = "FirstName")]
    pub first_name: Option<String>,
    /// TEXT
    #[model(rename = "Title")]
    pub title: Option<String>,
    /// TEXT
    #[model(rename = "TitleOfCourtesy")]
    pub title_of_courtesy: Option<String>,
    /// DATE
    #[model(rename = "BirthDate")]
    pub birth_date: Option<hypostyle::Date>,
    /// DATE
    #[model(rename = "HireDate")]
    pub hire_date: Option<hypostyle::Date>,
    /// TEXT
    #[model(rename = "Address")]
    pub address: Option<String>,
    /// TEXT
    #[model(rename = "City")]
    pub city: Option<String>,
    /// TEXT
    #[model(rename = "Region")]
    pub region: Option<String>,
    /// TEXT
    #[model(rename = "PostalCode")]
    pub postal_code: Option<String>,
    /// TEXT
    #[model(rename = "Country")]
    pub country: Option<String>,
    /// TEXT
    #[model(rename = "HomePhone")]
    pub home_phone: Option<String>,
    /// TEXT
    #[model(rename = "Extension")]
    pub extension: Option<String>,
    /// BLOB
    #[model(rename = "Photo")]
    pub photo: Option<Vec<u8>>,
    /// TEXT
    #[model(rename = "Notes")]
    pub notes: Option<String>,
    /// INTEGER, → `Employees`
    #[model(rename = "ReportsTo", references = Employees, relation = employees)]
    pub reports_to: Option<i64>,
    /// TEXT
    #[model(rename = "PhotoPath")]
    pub photo_path: Option<String>,
}

/// Table `EmployeeTerritories`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "EmployeeTerritories")]
pub struct EmployeeTerritories {
    /// INTEGER, primary key, → `Employees`
    #[model(key, rename = "EmployeeID", references = Employees, relation = employee)]
    pub employee_id: i64,
    /// TEXT, primary key, → `Territories`
    #[model(key, rename = "TerritoryID", references = Territories, relation = territory)]
    pub territory_id: String,
}

/// Table `Order Details`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Order Details")]
#[model(check = "[Discount]>=(0) AND [Discount]<=(1)")]
#[model(check = "[Quantity]>(0)")]
#[model(check = "[UnitPrice]>=(0)")]
pub struct OrderDetails {
    /// INTEGER, primary key, → `Orders`
    #[model(key, rename = "OrderID", references = Orders, relation = order)]
    pub order_id: i64,
    /// INTEGER, primary key, → `Products`
    #[model(key, rename = "ProductID", references = Products, relation = product)]
    pub product_id: i64,
    /// NUMERIC, default `0`
    #[model(rename = "UnitPrice", type = "NUMERIC", default_sql = "0")]
    pub unit_price: hypostyle::Decimal,
    /// INTEGER, default `1`
    #[model(rename = "Quantity", default_sql = "1")]
    pub quantity: i64,
    /// REAL, default `0`
    #[model(rename = "Discount", default_sql = "0")]
    pub discount: f64,
}

/// Table `Orders`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Orders")]
#[model(has_many(order_details = OrderDetails, by = order_id))]
pub struct Orders {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "OrderID")]
    pub order_id: i64,
    /// TEXT, → `Customers`
    #[model(rename = "CustomerID", references = Customers, relation = customer)]
    pub customer_id: Option<String>,
    /// INTEGER, → `Employees`
    #[model(rename = "EmployeeID", references = Employees, relation = employee)]
    pub employee_id: Option<i64>,
    /// DATETIME
    #[model(rename = "OrderDate", type = "DATETIME")]
    pub order_date: Option<hypostyle::Timestamp>,
    /// DATETIME
    #[model(rename = "RequiredDate", type = "DATETIME")]
    pub required_date: Option<hypostyle::Timestamp>,
    /// DATETIME
    #[model(rename = "ShippedDate", type = "DATETIME")]
    pub shipped_date: Option<hypostyle::Timestamp>,
    /// INTEGER, → `Shippers`
    #[model(rename = "ShipVia", references = Shippers, relation = shippers)]
    pub ship_via: Option<i64>,
    /// NUMERIC, default `0`
    #[model(rename = "Freight", type = "NUMERIC", default_sql = "0")]
    pub freight: Option<hypostyle::Decimal>,
    /// TEXT
    #[model(rename = "ShipName")]
    pub ship_name: Option<String>,
    /// TEXT
    #[model(rename = "ShipAddress")]
    pub ship_address: Option<String>,
    /// TEXT
    #[model(rename = "ShipCity")]
    pub ship_city: Option<String>,
    /// TEXT
    #[model(rename = "ShipRegion")]
    pub ship_region: Option<String>,
    /// TEXT
    #[model(rename = "ShipPostalCode")]
    pub ship_postal_code: Option<String>,
    /// TEXT
    #[model(rename = "ShipCountry")]
    pub ship_country: Option<String>,
}

/// Table `Products`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Products")]
#[model(check = "[UnitPrice]>=(0)")]
#[model(check = "[ReorderLevel]>=(0)")]
#[model(check = "[UnitsInStock]>=(0)")]
#[model(check = "[UnitsOnOrder]>=(0)")]
#[model(has_many(order_details = OrderDetails, by = product_id))]
pub struct Products {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "ProductID")]
    pub product_id: i64,
    /// TEXT
    #[model(rename = "ProductName")]
    pub product_name: String,
    /// INTEGER, → `Suppliers`
    #[model(rename = "SupplierID", references = Suppliers, relation = supplier)]
    pub supplier_id: Option<i64>,
    /// INTEGER, → `Categories`
    #[model(rename = "CategoryID", references = Categories, relation = category)]
    pub category_id: Option<i64>,
    /// TEXT
    #[model(rename = "QuantityPerUnit")]
    pub quantity_per_unit: Option<String>,
    /// NUMERIC, default `0`
    #[model(rename = "UnitPrice", type = "NUMERIC", default_sql = "0")]
    pub unit_price: Option<hypostyle::Decimal>,
    /// INTEGER, default `0`
    #[model(rename = "UnitsInStock", default_sql = "0")]
    pub units_in_stock: Option<i64>,
    /// INTEGER, default `0`
    #[model(rename = "UnitsOnOrder", default_sql = "0")]
    pub units_on_order: Option<i64>,
    /// INTEGER, default `0`
    #[model(rename = "ReorderLevel", default_sql = "0")]
    pub reorder_level: Option<i64>,
    /// TEXT, default `'0'`
    #[model(rename = "Discontinued", default_sql = "'0'")]
    pub discontinued: String,
}

/// Table `Regions`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Regions")]
#[model(has_many(territories = Territories, by = region_id))]
pub struct Regions {
    /// INTEGER, primary key
    #[model(key, rename = "RegionID")]
    pub region_id: i64,
    /// TEXT
    #[model(rename = "RegionDescription")]
    pub region_description: String,
}

/// Table `Shippers`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Shippers")]
#[model(has_many(orders = Orders, by = ship_via))]
pub struct Shippers {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "ShipperID")]
    pub shipper_id: i64,
    /// TEXT
    #[model(rename = "CompanyName")]
    pub company_name: String,
    /// TEXT
    #[model(rename = "Phone")]
    pub phone: Option<String>,
}

/// Table `Suppliers`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Suppliers")]
#[model(has_many(products = Products, by = supplier_id))]
pub struct Suppliers {
    /// INTEGER, primary key
    #[model(key, autoincrement, rename = "SupplierID")]
    pub supplier_id: i64,
    /// TEXT
    #[model(rename = "CompanyName")]
    pub company_name: String,
    /// TEXT
    #[model(rename = "ContactName")]
    pub contact_name: Option<String>,
    /// TEXT
    #[model(rename = "ContactTitle")]
    pub contact_title: Option<String>,
    /// TEXT
    #[model(rename = "Address")]
    pub address: Option<String>,
    /// TEXT
    #[model(rename = "City")]
    pub city: Option<String>,
    /// TEXT
    #[model(rename = "Region")]
    pub region: Option<String>,
    /// TEXT
    #[model(rename = "PostalCode")]
    pub postal_code: Option<String>,
    /// TEXT
    #[model(rename = "Country")]
    pub country: Option<String>,
    /// TEXT
    #[model(rename = "Phone")]
    pub phone: Option<String>,
    /// TEXT
    #[model(rename = "Fax")]
    pub fax: Option<String>,
    /// TEXT
    #[model(rename = "HomePage")]
    pub home_page: Option<String>,
}

/// Table `Territories`.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "Territories")]
#[model(has_many(employee_territories = EmployeeTerritories, by = territory_id))]
pub struct Territories {
    /// TEXT, primary key
    #[model(key, rename = "TerritoryID")]
    pub territory_id: String,
    /// TEXT
    #[model(rename = "TerritoryDescription")]
    pub territory_description: String,
    /// INTEGER, → `Regions`
    #[model(rename = "RegionID", references = Regions, relation = region)]
    pub region_id: i64,
}
