//! Where another function put rendered objects whose Integrations name no namespace. kpt's set-namespace leaves custom
//! resources without a namespace alone, and so parts the objects from their Integration.

use std::collections::BTreeMap;

use super::{Intake, Integration};

impl Intake {
    /// The namespace that all of them were given. `None` where they have several, or where one is still in none.
    #[must_use]
    pub fn moved_to(&self) -> Option<&str> {
        let mut owners: BTreeMap<String, Vec<&Integration>> = BTreeMap::new();
        for integration in &self.integrations {
            let owner = integration.owner(&integration.name);
            owners.entry(owner).or_default().push(integration);
        }
        let mut moved: Option<&str> = None;
        for old in &self.rendered {
            let owners = owners
                .get(&old.generated_from)
                .map_or(&[][..], Vec::as_slice);
            let Some(homeless) = owners.iter().find(|i| i.namespace.is_none()) else {
                continue;
            };
            let namespace = old.object.namespace.as_deref()?;
            let at_home = owners
                .iter()
                .any(|i| i.namespace.as_deref() == Some(namespace));
            if at_home || !side_by_side(homeless, old.object.file.as_deref()) {
                continue;
            }
            if moved.is_some_and(|other| other != namespace) {
                return None;
            }
            moved = Some(namespace);
        }
        moved
    }
}

/// Whether a file lies in the directory of the Integration, where its objects are put.
fn side_by_side(integration: &Integration, file: Option<&str>) -> bool {
    let directory = |path: &str| path.rfind('/').map_or(0, |at| at + 1);
    let (Some((_, own)), Some(file)) = (&integration.path, file) else {
        return false;
    };
    own.get(..directory(own)) == file.get(..directory(file))
}
