// Writes src/settings/enums.rs: the fields of Kubernetes' types whose value is one of a few words.
//
// The published OpenAPI does not have these words. Kubernetes' Go source does: a string type that
// is marked +enum, and the constants of that type.
//
//	go run . >../../src/settings/enums.rs
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "kubernetes-enums:", err)
		os.Exit(1)
	}
}

func run() error {
	source, version, err := list()
	if err != nil {
		return err
	}
	if err := sameMinor(version, "../../Cargo.toml"); err != nil {
		return err
	}
	for _, path := range source.paths {
		if _, err := source.Import(path); err != nil {
			return err
		}
	}
	rows, err := source.rows()
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(table(rows, version))
	return err
}

// The k8s.io packages that packages.go needs, and what was read of them.
type source struct {
	paths   []string
	files   map[string][]string
	fset    *token.FileSet
	checked map[string]*types.Package
	enums   map[*types.TypeName]bool
}

// Finds the packages and the version of k8s.io/api, which must be in the module cache or be
// fetched.
func list() (*source, string, error) {
	command := exec.Command("go", "list", "-mod=readonly", "-tags=packages", "-deps", "-json=ImportPath,Dir,GoFiles,Module", ".")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, "", fmt.Errorf("go list: %w", err)
	}
	s := &source{
		files:   map[string][]string{},
		fset:    token.NewFileSet(),
		checked: map[string]*types.Package{},
		enums:   map[*types.TypeName]bool{},
	}
	version := ""
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var found struct {
			ImportPath, Dir string
			GoFiles         []string
			Module          struct{ Path, Version string }
		}
		if err := decoder.Decode(&found); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, "", fmt.Errorf("go list: %w", err)
		}
		if found.Module.Path == "k8s.io/api" {
			version = found.Module.Version
		}
		if strings.HasPrefix(found.ImportPath, "k8s.io/") {
			s.paths = append(s.paths, found.ImportPath)
			for _, file := range found.GoFiles {
				s.files[found.ImportPath] = append(s.files[found.ImportPath], filepath.Join(found.Dir, file))
			}
		}
	}
	return s, version, nil
}

// The types of the binary and the words must be of one Kubernetes.
func sameMinor(version, manifest string) error {
	text, err := os.ReadFile(manifest)
	if err != nil {
		return err
	}
	feature := regexp.MustCompile(`k8s-openapi = .*"v1_(\d+)"`).FindSubmatch(text)
	if feature == nil {
		return fmt.Errorf("%s: k8s-openapi has no feature v1_N", manifest)
	}
	if want := fmt.Sprintf("v0.%s.", feature[1]); !strings.HasPrefix(version, want) {
		return fmt.Errorf("k8s-openapi has the types of Kubernetes 1.%s, but go.mod has k8s.io/api %s: run go get k8s.io/api@%s0", feature[1], version, want)
	}
	return nil
}

// Import type-checks a package from its source. What is not of k8s.io has none of the types that
// matter: it stays unknown, as do the errors that follow from that.
func (s *source) Import(path string) (*types.Package, error) {
	if done := s.checked[path]; done != nil {
		return done, nil
	}
	if s.files[path] == nil {
		return nil, errors.New("not of Kubernetes")
	}
	var files []*ast.File
	for _, name := range s.files[path] {
		file, err := parser.ParseFile(s.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	config := types.Config{Importer: s, IgnoreFuncBodies: true, Error: func(error) {}}
	checked, _ := config.Check(path, s.fset, files, nil)
	s.checked[path] = checked
	for _, file := range files {
		for _, decl := range file.Decls {
			s.mark(checked, decl)
		}
	}
	return checked, nil
}

// Types that are enumerations to the API server's validation, and that nobody marked.
var unmarked = []string{"LabelSelectorOperator", "MetricSourceType", "MetricTargetType"}

// Notes the types of a declaration that are marked +enum, and those that should be.
func (s *source) mark(in *types.Package, decl ast.Decl) {
	group, ok := decl.(*ast.GenDecl)
	if !ok || group.Tok != token.TYPE {
		return
	}
	for _, spec := range group.Specs {
		spec := spec.(*ast.TypeSpec)
		if slices.Contains(unmarked, spec.Name.Name) {
			s.enums[in.Scope().Lookup(spec.Name.Name).(*types.TypeName)] = true
		}
		for _, doc := range []*ast.CommentGroup{group.Doc, spec.Doc} {
			// Another name for a type is marked like the type itself.
			if doc != nil && !spec.Assign.IsValid() && slices.Contains(strings.Split(doc.Text(), "\n"), "+enum") {
				s.enums[in.Scope().Lookup(spec.Name.Name).(*types.TypeName)] = true
			}
		}
	}
}

// A field of a type of Kubernetes, by their names in JSON and OpenAPI.
type key struct{ typeName, field string }

// The values of each field that has an enumeration. OpenAPI's short names do not tell packages
// apart: a field that has the values in one type and not in its namesake is left out.
func (s *source) rows() (map[key][]string, error) {
	rows, unclear := map[key][]string{}, map[key]bool{}
	for _, path := range s.paths {
		scope := s.checked[path].Scope()
		for _, name := range scope.Names() {
			of, ok := scope.Lookup(name).(*types.TypeName)
			if !ok || of.IsAlias() || !of.Exported() {
				continue
			}
			fields := map[string][]string{}
			if err := s.fields(of.Type(), fields); err != nil {
				return nil, fmt.Errorf("%s.%s: %w", path, name, err)
			}
			for field, values := range fields {
				key := key{name, field}
				if before, seen := rows[key]; seen && !slices.Equal(before, values) {
					unclear[key] = true
				}
				rows[key] = values
			}
		}
	}
	for key, values := range rows {
		if unclear[key] {
			fmt.Fprintf(os.Stderr, "kubernetes-enums: left out: several types have %s.%s, with different values\n", key.typeName, key.field)
		}
		if unclear[key] || values == nil {
			delete(rows, key)
		}
	}
	if len(rows) == 0 {
		return nil, errors.New("no field has an enumeration")
	}
	return rows, nil
}

// Adds the fields of a struct, and those of the structs inlined in it: the values of each, nil for
// a field that has no enumeration.
func (s *source) fields(of types.Type, fields map[string][]string) error {
	structure, ok := of.Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for i := range structure.NumFields() {
		field := structure.Field(i)
		tag, tagged := reflect.StructTag(structure.Tag(i)).Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if field.Embedded() && name == "" {
			if err := s.fields(field.Type(), fields); err != nil {
				return err
			}
			continue
		}
		if !tagged || name == "-" {
			continue
		}
		values, err := s.values(field.Type(), strings.Contains(options, "omitempty"))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fields[name] = values
	}
	return nil
}

// What a field of this type takes: one of the values, or a list of them.
func (s *source) values(of types.Type, optional bool) ([]string, error) {
	switch outer := types.Unalias(of).(type) {
	case *types.Pointer:
		return s.values(outer.Elem(), false)
	case *types.Slice:
		return s.values(outer.Elem(), false)
	case *types.Named:
		if !s.enums[outer.Obj()] {
			return nil, nil
		}
		values, err := constants(outer)
		if optional && err == nil {
			// Go cannot tell an empty string from a field that is not there.
			values = append(values, "")
		}
		slices.Sort(values)
		return slices.Compact(values), err
	default:
		return nil, nil
	}
}

func constants(of *types.Named) ([]string, error) {
	var values []string
	scope := of.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		value, ok := scope.Lookup(name).(*types.Const)
		if !ok || !types.Identical(value.Type(), of) {
			continue
		}
		if value.Val().Kind() != constant.String {
			return nil, fmt.Errorf("%s is not a string", name)
		}
		values = append(values, constant.StringVal(value.Val()))
	}
	if values == nil {
		return nil, fmt.Errorf("%s has no constants", of)
	}
	return values, nil
}

func table(rows map[key][]string, version string) string {
	var text strings.Builder
	fmt.Fprintf(&text, `//! The values of Kubernetes' enumerations, which `+"its `OpenAPI`"+` does not have. Written
//! by `+"`tests/kubernetes-enums`"+` from k8s.io/api %s; do not edit.

/// The type, its field and what that takes, in the order of type and field. An empty value is the
/// same as none.
#[rustfmt::skip]
pub(super) static ENUMS: &[((&str, &str), &[&str])] = &[
`, version)
	keys := make([]key, 0, len(rows))
	for key := range rows {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return slices.Compare([]string{a.typeName, a.field}, []string{b.typeName, b.field})
	})
	for _, key := range keys {
		quoted := make([]string, len(rows[key]))
		for i, value := range rows[key] {
			quoted[i] = fmt.Sprintf("%q", value)
		}
		fmt.Fprintf(&text, "    ((%q, %q), &[%s]),\n", key.typeName, key.field, strings.Join(quoted, ", "))
	}
	text.WriteString("];\n")
	return text.String()
}
