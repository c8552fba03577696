//! Finds identities where they live: host keys, key files, environment, plugins, prompts.
