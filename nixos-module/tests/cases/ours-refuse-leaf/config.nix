{
  about = "`leaf` where files have no entries of that kind.";
  verdict = "should refuse";
  mentions = [ "sops.secrets.api-token.leaf" "Use `key`" "sops.secrets.keytab.leaf" "Remove it" ];
  module =
    {
      services.openssh.enable = true;
      sops.defaultSopsFile = ../files/secrets.yaml;
      sops.secrets.api-token.leaf = "x";
      sops.secrets.keytab = {
        format = "binary";
        sopsFile = ../files/keytab.bin;
        leaf = "x";
      };
    };
}
