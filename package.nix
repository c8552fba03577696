# The `secrets` package, for `callPackage`. Nothing needs the network but fetching the crates that Cargo.lock names.
{ lib
, stdenv
, buildPackages
, rustPlatform
, installShellFiles
,
}:
let
  inherit (lib.importTOML ./Cargo.toml) package;
in
rustPlatform.buildRustPackage {
  pname = package.name;
  inherit (package) version;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./Cargo.lock
      ./Cargo.toml
      ./build.rs
      ./src
      # Cargo.toml names the benchmarks, and tests of the rooms read fixtures.
      ./benches/rooms.rs
      ./fixtures
      ./tests
    ];
  };
  cargoLock.lockFile = ./Cargo.lock;

  buildType = if stdenv.hostPlatform.isStatic or false then "small" else "release";

  nativeBuildInputs = [ installShellFiles ];

  # The rooms' own tests. What needs sops, root or a terminal runs by `.ci/run`.
  cargoTestFlags = [ "--lib" ];

  # `sops` in an output of its own: whoever wants our program under that name installs it on purpose.
  outputs = [
    "out"
    "sops"
  ];

  postInstall =
    let
      # The program writes its own manual. While cross compiling, one for the building platform does.
      secrets =
        if stdenv.buildPlatform.canExecute stdenv.hostPlatform then
          "$out/bin/secrets"
        else
          lib.getExe (buildPackages.callPackage ./package.nix { });
    in
    ''
      ln -s secrets $out/bin/sops-install-secrets
      mkdir -p $sops/bin
      ln -s $out/bin/secrets $sops/bin/sops

      ${secrets} man > secrets.1
      for command in $(sed -n '/^\.SH COMMANDS/,/^\.SH OPTIONS/ s/^\\fB\(.*\)\\fR$/\1/p' secrets.1 | tr -d '\\'); do
        ${secrets} man "$command" > "secrets-$command.1"
      done
      installManPage secrets*.1
      for shell in bash fish zsh; do
        ${secrets} completion $shell > secrets.$shell
      done
      installShellCompletion secrets.bash secrets.fish --zsh --name _secrets secrets.zsh
    '';

  meta = {
    inherit (package) description;
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "secrets";
    platforms = lib.platforms.linux;
    outputsToInstall = [ "out" ];
  };
}
