//! The calls that a database, a session and a transaction have in common, written once.

/// Writes the shortcuts of a type that has `request`; `mut` where it is borrowed for the call.
macro_rules! shortcuts {
    ($self:ident $(, $mut:tt)?) => {
        /// Runs a query and answers its result as one value, failure included.
        #[track_caller]
        pub fn query<'a>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::QueryResult> + Send {
            $self.request(text).params(params).run()
        }

        /// Runs a statement, or several, and answers what they did.
        ///
        /// # Errors
        /// As [`Query::execute`](crate::Query::execute).
        #[track_caller]
        pub fn execute<'a>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<$crate::Outcome>> + Send {
            $self.request(text).params(params).execute()
        }

        /// Reads the only row into a type.
        ///
        /// # Errors
        /// As [`Query::fetch_one`](crate::Query::fetch_one).
        #[track_caller]
        pub fn fetch_one<'a, T: $crate::FromRow + Send>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<T>> + Send {
            $self.request(text).params(params).fetch_one()
        }

        /// Reads the only row into a type, if there is one.
        ///
        /// # Errors
        /// As [`Query::fetch_optional`](crate::Query::fetch_optional).
        #[track_caller]
        pub fn fetch_optional<'a, T: $crate::FromRow + Send>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<Option<T>>> + Send {
            $self.request(text).params(params).fetch_optional()
        }

        /// Reads all rows into a type, up to a limit.
        ///
        /// # Errors
        /// As [`Query::fetch_all`](crate::Query::fetch_all).
        #[track_caller]
        pub fn fetch_all<'a, T: $crate::FromRow + Send>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<Vec<T>>> + Send {
            $self.request(text).params(params).fetch_all()
        }

        /// Reads the only value of the only row.
        ///
        /// # Errors
        /// As [`Query::fetch_value`](crate::Query::fetch_value).
        #[track_caller]
        pub fn fetch_value<'a, T: for<'v> $crate::FromValue<'v> + Send>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<T>> + Send {
            $self.request(text).params(params).fetch_value()
        }

        /// Runs a query and streams its rows.
        ///
        /// # Errors
        /// As [`Query::stream`](crate::Query::stream).
        #[track_caller]
        pub fn stream<'a>(
            &'a $($mut)? $self,
            text: &'a str,
            params: impl $crate::IntoParams<'a>,
        ) -> impl Future<Output = $crate::Result<$crate::Reply<'a>>> + Send {
            $self.request(text).params(params).stream()
        }
    };
}

pub(crate) use shortcuts;
