//! The files that a command reads: PATHs on the command line, with the directories among them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use expand_integration::intake::File;

/// The manifests at these paths, directory entries in the order of their names.
///
/// A file that is named is read whatever it is called; one that is found has a name of a manifest.
pub(crate) fn read(paths: &[PathBuf]) -> anyhow::Result<Vec<File>> {
    let mut files = Vec::new();
    for path in paths {
        let kind = fs::metadata(path).with_context(|| cannot_read(path))?;
        if kind.is_dir() {
            let before = files.len();
            directory(path, &mut Vec::new(), &mut files)?;
            if files.len() == before {
                bail!(
                    "`{}` holds no manifests: no *.yaml, *.yml or *.json that is not hidden, a \
                     Kptfile or a kustomization file",
                    path.display()
                );
            }
        } else {
            files.push(read_file(path)?);
        }
    }
    for file in files.iter().filter(|_| files.len() > 1) {
        if matches!(file.bytes.as_slice(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
            bail!("`{}` is UTF-16: save it as UTF-8", file.path);
        }
    }
    Ok(files)
}

/// One file, as it is.
pub(crate) fn read_file(path: &Path) -> anyhow::Result<File> {
    let bytes = fs::read(path).with_context(|| cannot_read(path))?;
    Ok(File {
        path: shown(path),
        bytes,
    })
}

fn directory(dir: &Path, above: &mut Vec<PathBuf>, files: &mut Vec<File>) -> anyhow::Result<()> {
    let canonical = fs::canonicalize(dir).with_context(|| cannot_read(dir))?;
    if above.contains(&canonical) {
        bail!("`{}` is a link to a directory above it", dir.display());
    }
    let entries = fs::read_dir(dir).with_context(|| cannot_read(dir))?;
    let entries: Result<Vec<_>, _> = entries.map(|entry| entry.map(|e| e.path())).collect();
    let mut entries = entries.with_context(|| cannot_read(dir))?;
    entries.sort();
    if entries.iter().any(|entry| name(entry) == "Chart.yaml") {
        bail!(
            "`{}` is a Helm chart, and templates are no manifests\n\n  helm template NAME {} | \
             expand-integration",
            dir.display(),
            dir.display()
        );
    }
    above.push(canonical);
    for entry in entries {
        let name = name(&entry);
        if name.starts_with('.') {
            continue;
        }
        let kind = fs::metadata(&entry).with_context(|| cannot_read(&entry))?;
        if kind.is_dir() {
            directory(&entry, above, files)?;
        } else if is_manifest(&name) {
            files.push(read_file(&entry)?);
        }
    }
    above.pop();
    Ok(())
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// By its name; a Kptfile and kustomization files say how to render, not what.
fn is_manifest(name: &str) -> bool {
    let suffix = Path::new(name).extension().unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|s| suffix == *s)
        && !["kustomization.yaml", "kustomization.yml"].contains(&name)
}

fn cannot_read(path: &Path) -> String {
    format!("cannot read `{}`", path.display())
}

/// Without the `./` that a walk of `.` puts before each name.
fn shown(path: &Path) -> String {
    let short = path.strip_prefix(".").unwrap_or(path);
    short.display().to_string()
}
