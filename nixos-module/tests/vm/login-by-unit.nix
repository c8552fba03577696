# A password that is a secret is set also where userborn makes the users.
{
  nodes.machine =
    { config, ... }:
    {
      imports = [ ./machine.nix ];
      services.userborn.enable = true;
      users.mutableUsers = false;
      users.users.operator = {
        isNormalUser = true;
        hashedPasswordFile = config.sops.secrets.billing-hash.path;
      };
      sops.secrets.billing-hash.neededForUsers = true;
      sops.secrets.api-token.owner = "operator";
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("grep -F 'operator:$6$burnt$hash-for-tests:' /etc/shadow")
    assert machine.succeed("stat -c %U /run/secrets/api-token").strip() == "operator"
  '';
}
