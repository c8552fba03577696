# A password that is a secret is set when the machine boots for the first time.
{
  nodes.machine =
    { config, ... }:
    {
      imports = [ ./machine.nix ];
      users.mutableUsers = false;
      users.users.operator = {
        isNormalUser = true;
        hashedPasswordFile = config.sops.secrets.billing-hash.path;
      };
      users.users.root.hashedPassword = "!";
      sops.secrets.billing-hash.neededForUsers = true;
    };

  testScript = ''
    machine.wait_for_unit("multi-user.target")
    machine.succeed("grep -F 'operator:$6$burnt$hash-for-tests:' /etc/shadow")
    assert machine.succeed("stat -c '%a %U' /run/secrets-for-users/billing-hash").strip() == "400 root"
  '';
}
