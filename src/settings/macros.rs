//! How an entry of the table of settings becomes a field, a row and a lookup.

macro_rules! home {
    ($home:ident, field = $value:literal) => {
        $home.field = Some($value)
    };
    ($home:ident, config = $value:literal) => {
        $home.key = Some((ConfigMapName::Integration, $value))
    };
    ($home:ident, ingress = $value:literal) => {
        $home.key = Some((ConfigMapName::Ingress, $value))
    };
    ($home:ident, old_config = $value:literal) => {
        $home.key = Some((ConfigMapName::Legacy, $value))
    };
    ($home:ident, shipped = $value:expr) => {
        $home.shipped = Some($value)
    };
    ($home:ident, hardened = $value:expr) => {
        $home.hardened = Some($value)
    };
}

macro_rules! homes {
    ($($what:ident = $value:expr),*) => {{
        #[allow(unused_mut, reason = "a setting may have no home in one of the shapes")]
        let mut home = Home { field: None, key: None, shipped: None, hardened: None };
        $(home!(home, $what = $value);)*
        home
    }};
}

macro_rules! settings {
    ($(
        #[doc = $doc:literal]
        $name:ident: $type:ty {
            current: [$($c:ident = $cv:expr),* $(,)?],
            legacy: [$($l:ident = $lv:expr),* $(,)?],
            empty: $empty:ident
            $(, [graft $part:ident $graft:literal])?
            $(, $flag:ident)* $(,)?
        }
    )+) => {
        /// The value of every setting for one Integration.
        pub struct Resolved {
            $(#[doc = $doc] pub $name: Traced<$type>,)+
        }

        impl Resolved {
            /// Looks all settings up.
            pub fn look_up(lookup: &mut impl Lookup) -> Self {
                Self { $($name: lookup.look_up::<$type>(&rows::$name),)+ }
            }

            /// Looks the profile up, which says what the defaults of the others are.
            pub fn profile(lookup: &mut impl Lookup) -> Profile {
                lookup.look_up::<Profile>(&rows::profile).value
            }

            /// What goes into an object as it was written: the part, the key and the value.
            #[must_use]
            pub fn grafts(&self) -> Vec<(Part, &'static str, Json)> {
                let grafts = [$((rows::$name.graft, Settle::render(&self.$name.value)),)+];
                let grafts = grafts.into_iter();
                grafts.filter_map(|(at, value)| at.zip(value)).map(|((part, key), value)| (part, key, value)).collect()
            }

            /// All of them, in the order of the reference table.
            #[must_use]
            pub fn rows(&self) -> Vec<Row<'_>> {
                vec![$(Row {
                    setting: &rows::$name,
                    value: Settle::show(&self.$name.value),
                    from: &self.$name.from,
                    beat: &self.$name.beat,
                },)+]
            }
        }

        #[allow(non_upper_case_globals, reason = "a row has the name of its setting")]
        mod rows {
            use super::*;
            $(pub(super) static $name: Setting = Setting {
                name: stringify!($name),
                current: homes!($($c = $cv),*),
                legacy: homes!($($l = $lv),*),
                empty: Empty::$empty,
                graft: settings!(@graft $($part $graft)?),
                zero_is_unset: false $(|| settings!(@zero $flag))*,
                braces_are_unset: false $(|| settings!(@braces $flag))*,
                doc: $doc.trim_ascii(),
                structured: <<$type as Settle>::Item as SettingType>::STRUCTURED,
                takes: <<$type as Settle>::Item as SettingType>::takes,
                type_schema: <<$type as Settle>::Item as SettingType>::schema,
            };)+
        }

        /// All settings, in the order of the reference table.
        pub static SETTINGS: &[&Setting] = &[$(&rows::$name),+];
    };
    (@graft) => { None };
    (@graft $part:ident $key:literal) => { Some((Part::$part, $key)) };
    (@zero zero_is_unset) => { true };
    (@zero $other:ident) => { false };
    (@braces braces_are_unset) => { true };
    (@braces $other:ident) => { false };
}
