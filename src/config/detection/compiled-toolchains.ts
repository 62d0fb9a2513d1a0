import type { ToolchainDetector } from './ecosystem.ts';

/** Cargo: the whole workspace, and the lockfile as it is. */
export const detectCargo: ToolchainDetector = (files, names) => {
  if (!names.has('Cargo.toml')) return null;
  const isWorkspace = /^[ \t]*\[workspace[\].]/m.test(files.readText('Cargo.toml') ?? '');
  const flags = `${isWorkspace ? ' --workspace' : ''}${names.has('Cargo.lock') ? ' --locked' : ''}`;
  return {
    name: 'Cargo',
    file: 'Cargo.toml',
    commands: { build: `cargo build${flags}`, lint: `cargo clippy${flags}`, test: `cargo test${flags}` },
  };
};

/** Go modules. A workspace (go.work) has no packages of its own that `./...` could name. */
export const detectGo: ToolchainDetector = (_files, names) => {
  if (!names.has('go.mod')) return null;
  return {
    name: 'Go',
    file: 'go.mod',
    commands: { build: 'go build ./...', lint: 'go vet ./...', test: 'go test ./...' },
  };
};

/** Gradle, by its wrapper if there is one. Without the daemon, which would outlive the stage. */
export const detectGradle: ToolchainDetector = (_files, names) => {
  const known = ['build.gradle.kts', 'build.gradle', 'settings.gradle.kts', 'settings.gradle'];
  const file = known.find((name) => names.has(name));
  if (file === undefined) return null;
  const gradle = `${names.has('gradlew') ? './gradlew' : 'gradle'} --no-daemon`;
  return {
    name: 'Gradle',
    file,
    commands: { build: `${gradle} assemble`, test: `${gradle} test` },
    missing: { lint: `no linter that every Gradle build has (${file})` },
  };
};

/** Maven, by its wrapper if there is one. */
export const detectMaven: ToolchainDetector = (_files, names) => {
  if (!names.has('pom.xml')) return null;
  const maven = `${names.has('mvnw') ? './mvnw' : 'mvn'} --batch-mode`;
  return {
    name: 'Maven',
    file: 'pom.xml',
    commands: { build: `${maven} -DskipTests package`, test: `${maven} test` },
    missing: { lint: 'no linter that every Maven build has (pom.xml)' },
  };
};
