{
  about = "Files in another flake's tree, named by strings, one of them with blanks.";
  quiet = true;
  builds = { fails = [ "api-token" ]; };
  module =
    { inputs, ... }:
    {
      services.openssh.enable = true;
      sops.secrets.api-token.sopsFile = "${inputs.self}/other.yaml";
      sops.secrets.wireguard.sopsFile = inputs.self + "/file with blanks.yaml";
    };
}
