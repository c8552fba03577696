# A template is rendered with its secrets, the login set's among them, for its owner.
{
  nodes.machine =
    { config, ... }:
    {
      imports = [ ./machine.nix ];
      users.users.app = {
        isSystemUser = true;
        group = "app";
      };
      users.groups.app = { };
      sops.secrets.api-token = { };
      sops.secrets.billing-hash.neededForUsers = true;
      sops.templates."app.env" = {
        owner = "app";
        content = ''
          TOKEN=${config.sops.placeholder.api-token}
          HASH=${config.sops.placeholder.billing-hash}
        '';
      };
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    text = machine.succeed("cat /run/secrets/rendered/app.env")
    assert text == "TOKEN=token-of-the-api\nHASH=$6$burnt$hash-for-tests\n", text
    assert machine.succeed("stat -Lc %U /run/secrets/rendered/app.env").strip() == "app"
  '';
}
