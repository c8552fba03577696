# The group that comes with an owner.
{ lib }:
{
  # The primary group of `owner`. An owner that is not declared is an error here, where the group is asked for: with a
  # group of its own a secret may belong to an account that NixOS knows nothing of.
  groupOf =
    accounts: option: owner:
    let
      byName = lib.findFirst (account: account.name == owner) null (builtins.attrValues accounts);
      account = accounts.${owner} or byName;
      # Not levenshteinAtMost, which finds "biling" and "billing" further apart than 2.
      near = builtins.filter (name: lib.strings.levenshtein owner name <= 2) (
        builtins.attrNames accounts
      );
      question = if near == [ ] then "." else "; did you mean `${builtins.head near}`?";
    in
    if owner == null then
      null
    else if account == null then
      throw "${option}.owner: users.users has no `${owner}`${question} An account that is made elsewhere needs ${option}.group as well"
    else
      account.group;
}
