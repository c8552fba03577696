package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/getsops/sops/v3"
	"github.com/getsops/sops/v3/aes"
	"github.com/getsops/sops/v3/age"
	"github.com/getsops/sops/v3/cmd/sops/codes"
	"github.com/getsops/sops/v3/cmd/sops/common"
	"github.com/getsops/sops/v3/cmd/sops/formats"
	"github.com/getsops/sops/v3/config"
	jsonstore "github.com/getsops/sops/v3/stores/json"
	"github.com/getsops/sops/v3/version"
)

// Metadata is what an encrypted file says about itself.
type Metadata struct {
	Version string `json:"version"`
	// LastModified is in the form that authenticates the MAC.
	LastModified string       `json:"lastmodified"`
	MAC          string       `json:"mac"`
	Groups       [][]KeyEntry `json:"groups"`
	Threshold    int          `json:"threshold,omitempty"`

	UnencryptedSuffix       string `json:"unencrypted_suffix,omitempty"`
	EncryptedSuffix         string `json:"encrypted_suffix,omitempty"`
	UnencryptedRegex        string `json:"unencrypted_regex,omitempty"`
	EncryptedRegex          string `json:"encrypted_regex,omitempty"`
	UnencryptedCommentRegex string `json:"unencrypted_comment_regex,omitempty"`
	EncryptedCommentRegex   string `json:"encrypted_comment_regex,omitempty"`
	MACOnlyEncrypted        bool   `json:"mac_only_encrypted,omitempty"`
}

// KeyEntry is one wrapped copy, or share, of the data key.
type KeyEntry struct {
	Type string `json:"type"`
	// Recipient is the age recipient; for other types whatever names the key.
	Recipient string `json:"recipient"`
	Enc       string `json:"enc"`
}

var operations = map[string]func(*Request) (*Response, error){
	"encrypt":        encrypt,
	"decrypt":        decrypt,
	"load_plain":     loadPlain,
	"load_encrypted": loadEncrypted,
	"emit":           emit,
	"extract":        extract,
	"set":            set,
	"unset":          unset,
	"rotate":         rotate,
}

var formatNames = map[string]formats.Format{
	"binary": formats.Binary,
	"dotenv": formats.Dotenv,
	"ini":    formats.Ini,
	"json":   formats.Json,
	"yaml":   formats.Yaml,
}

// exitError is an error with the exit status of the sops program.
func exitError(code int, message string, arguments ...any) error {
	return common.NewExitError(fmt.Sprintf(message, arguments...), code)
}

// storeFor gives sops' reader and writer for a format.
func storeFor(name string, indent *int) (common.Store, error) {
	format, ok := formatNames[name]
	if !ok {
		return nil, fmt.Errorf("unknown format %q", name)
	}
	stores := config.NewStoresConfig()
	if indent != nil {
		stores.YAML.Indent = *indent
		stores.JSON.Indent = *indent
		stores.JSONBinary.Indent = *indent
	}
	return common.StoreForFormat(format, stores), nil
}

// storesFor gives the store that reads the request's data and the one that
// prints the answer.
func storesFor(request *Request) (input, output common.Store, err error) {
	if input, err = storeFor(request.Format, nil); err != nil {
		return nil, nil, err
	}
	name := request.OutputFormat
	if name == "" {
		name = request.Format
	}
	output, err = storeFor(name, request.Indent)
	return input, output, err
}

// selectorsOf gives metadata with the request's selectors, or sops' default.
// sops drops all of them where a format has a single value and no comments.
func selectorsOf(request *Request, input common.Store) (sops.Metadata, error) {
	if single, ok := input.(sops.SingleValueStore); ok && single.IsSingleValueStore() {
		return sops.Metadata{}, nil
	}
	metadata := sops.Metadata{
		UnencryptedSuffix:       request.UnencryptedSuffix,
		EncryptedSuffix:         request.EncryptedSuffix,
		UnencryptedRegex:        request.UnencryptedRegex,
		EncryptedRegex:          request.EncryptedRegex,
		UnencryptedCommentRegex: request.UnencryptedCommentRegex,
		EncryptedCommentRegex:   request.EncryptedCommentRegex,
		MACOnlyEncrypted:        request.MACOnlyEncrypted,
	}
	given := 0
	for _, selector := range []string{
		metadata.UnencryptedSuffix, metadata.EncryptedSuffix,
		metadata.UnencryptedRegex, metadata.EncryptedRegex,
		metadata.UnencryptedCommentRegex, metadata.EncryptedCommentRegex,
	} {
		if selector != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return sops.Metadata{}, exitError(codes.ErrorConflictingParameters, "more than one selector")
	case given == 0:
		metadata.UnencryptedSuffix = sops.DefaultUnencryptedSuffix
	}
	return metadata, nil
}

// checkEncryptable applies the two checks that the sops program makes before
// it encrypts a tree.
func checkEncryptable(branches sops.TreeBranches, output common.Store) error {
	if len(branches) == 0 {
		return exitError(codes.NeedAtLeastOneDocument, "the file has no document")
	}
	if output.HasSopsTopLevelKey(branches[0]) {
		return exitError(codes.FileAlreadyEncrypted, "the file has a top-level entry that is reserved for metadata")
	}
	return nil
}

// encrypt does what `sops encrypt` does.
func encrypt(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	metadata, err := selectorsOf(request, input)
	if err != nil {
		return nil, err
	}
	if metadata.KeyGroups, err = keyGroups(request); err != nil {
		return nil, err
	}
	metadata.ShamirThreshold = request.Threshold
	metadata.Version = version.Version
	services, err := keyServices(request)
	if err != nil {
		return nil, err
	}

	branches, err := loadPlainFile(input, request.Data)
	if err != nil {
		return nil, err
	}
	if err := checkEncryptable(branches, output); err != nil {
		return nil, err
	}
	tree := sops.Tree{Branches: branches, Metadata: metadata}
	dataKey, errs := tree.GenerateDataKeyWithKeyServices(services)
	if len(errs) > 0 {
		return nil, fmt.Errorf("no data key: %w", errors.Join(errs...))
	}
	return seal(request, &tree, dataKey, aes.NewCipher(), output)
}

// seal encrypts a tree and prints it.
func seal(request *Request, tree *sops.Tree, dataKey []byte, cipher sops.Cipher, output common.Store) (*Response, error) {
	err := common.EncryptTree(common.EncryptTreeOpts{DataKey: dataKey, Tree: tree, Cipher: cipher})
	if err != nil {
		return nil, err
	}
	data, err := output.EmitEncryptedFile(*tree)
	if err != nil {
		return nil, exitError(codes.ErrorDumpingTree, "can not print the encrypted tree: %s", err)
	}
	response := &Response{OK: true, Data: data}
	if request.WantDataKey {
		response.DataKey = hex.EncodeToString(dataKey)
	}
	return response, nil
}

func loadPlainFile(input common.Store, data []byte) (sops.TreeBranches, error) {
	branches, err := input.LoadPlainFile(data)
	if err != nil {
		return nil, exitError(codes.CouldNotReadInputFile, "can not read the plain file: %s", err)
	}
	return branches, nil
}

// opened is an encrypted file after decryption.
type opened struct {
	tree    *sops.Tree
	dataKey []byte
	// cipher remembers the nonces of the values that it decrypted.
	cipher aes.Cipher
}

// open does what `sops decrypt` does before it prints.
func open(request *Request, input common.Store) (*opened, error) {
	services, err := keyServices(request)
	if err != nil {
		return nil, err
	}
	tree, err := input.LoadEncryptedFile(request.Data)
	if err != nil {
		return nil, err
	}
	// Like the sops program, refuse a file whose version is not one.
	affected, err := common.DetectKMSEncryptionContextBug(&tree)
	if err != nil {
		return nil, err
	}
	if affected {
		return nil, errors.New("the file has KMS keys with the encryption context bug of old versions")
	}
	cipher := aes.NewCipher()
	dataKey, err := common.DecryptTree(common.DecryptTreeOpts{
		Tree:            &tree,
		KeyServices:     services,
		DecryptionOrder: sops.DefaultDecryptionOrder,
		IgnoreMac:       request.IgnoreMAC,
		Cipher:          cipher,
	})
	if err != nil {
		return nil, err
	}
	return &opened{&tree, dataKey, cipher}, nil
}

// decrypt does what `sops decrypt` does, and dumps the tree that it prints.
func decrypt(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	file, err := open(request, input)
	if err != nil {
		return nil, err
	}
	response := dumped(request, file.tree.Branches, file.tree.Metadata)
	response.Metadata = metadataOf(file.tree.Metadata)
	if request.WantDataKey {
		response.DataKey = hex.EncodeToString(file.dataKey)
	}
	data, err := output.EmitPlainFile(file.tree.Branches)
	if err != nil {
		return nil, exitError(codes.ErrorDumpingTree, "can not print the plain tree: %s", err)
	}
	response.Data = data
	return response, nil
}

// extract does what `sops decrypt --extract` does.
func extract(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	path, err := pathOf(request)
	if err != nil {
		return nil, err
	}
	file, err := open(request, input)
	if err != nil {
		return nil, err
	}
	value, err := file.tree.Branches[0].Truncate(path)
	if err != nil {
		return nil, fmt.Errorf("can not follow the path: %s", err)
	}
	if text, ok := value.(string); ok {
		return &Response{OK: true, Data: []byte(text)}, nil
	}
	var data []byte
	if branch, ok := value.(sops.TreeBranch); ok {
		file.tree.Branches[0] = branch
		data, err = output.EmitPlainFile(file.tree.Branches)
	} else {
		data, err = output.EmitValue(value)
	}
	if err != nil {
		return nil, exitError(codes.ErrorDumpingTree, "can not print the value: %s", err)
	}
	return &Response{OK: true, Data: data}, nil
}

// dumped answers with the dump of a tree.
func dumped(request *Request, branches sops.TreeBranches, metadata sops.Metadata) *Response {
	result := dump(branches, metadata)
	response := &Response{
		OK:        true,
		Tree:      result.Documents,
		MAC:       result.MAC,
		WalkError: result.WalkError,
	}
	if request.WantMACInput {
		response.MACInput = result.MACInput
	}
	return response
}

// loadPlain dumps the tree that sops makes of a plain file.
func loadPlain(request *Request) (*Response, error) {
	input, err := storeFor(request.Format, nil)
	if err != nil {
		return nil, err
	}
	selectors, err := selectorsOf(request, input)
	if err != nil {
		return nil, err
	}
	branches, err := loadPlainFile(input, request.Data)
	if err != nil {
		return nil, err
	}
	return dumped(request, branches, selectors), nil
}

// loadEncrypted dumps the tree and the metadata of an encrypted file, without
// decrypting anything.
func loadEncrypted(request *Request) (*Response, error) {
	input, err := storeFor(request.Format, nil)
	if err != nil {
		return nil, err
	}
	tree, err := input.LoadEncryptedFile(request.Data)
	if err != nil {
		return nil, err
	}
	response := dumped(request, tree.Branches, tree.Metadata)
	// The hash over ciphertext means nothing.
	response.MAC, response.MACInput = "", nil
	response.Metadata = metadataOf(tree.Metadata)
	return response, nil
}

// metadataOf describes metadata as loaded.
func metadataOf(metadata sops.Metadata) *Metadata {
	groups := make([][]KeyEntry, 0, len(metadata.KeyGroups))
	for _, group := range metadata.KeyGroups {
		entries := make([]KeyEntry, 0, len(group))
		for _, key := range group {
			entry := KeyEntry{Type: key.TypeToIdentifier(), Recipient: key.ToString(), Enc: string(key.EncryptedDataKey())}
			entries = append(entries, entry)
		}
		groups = append(groups, entries)
	}
	return &Metadata{
		Version:                 metadata.Version,
		LastModified:            metadata.LastModified.Format(time.RFC3339),
		MAC:                     metadata.MessageAuthenticationCode,
		Groups:                  groups,
		Threshold:               metadata.ShamirThreshold,
		UnencryptedSuffix:       metadata.UnencryptedSuffix,
		EncryptedSuffix:         metadata.EncryptedSuffix,
		UnencryptedRegex:        metadata.UnencryptedRegex,
		EncryptedRegex:          metadata.EncryptedRegex,
		UnencryptedCommentRegex: metadata.UnencryptedCommentRegex,
		EncryptedCommentRegex:   metadata.EncryptedCommentRegex,
		MACOnlyEncrypted:        metadata.MACOnlyEncrypted,
	}
}

// emit prints a tree given as a dump, as a plain file.
func emit(request *Request) (*Response, error) {
	output, err := storeFor(request.Format, request.Indent)
	if err != nil {
		return nil, err
	}
	branches, err := treeFromNodes(request.Tree)
	if err != nil {
		return nil, err
	}
	data, err := output.EmitPlainFile(branches)
	if err != nil {
		return nil, exitError(codes.ErrorDumpingTree, "can not print the plain tree: %s", err)
	}
	return &Response{OK: true, Data: data}, nil
}

// reseal does what the sops program does after it changed a decrypted tree:
// same data key, and nonces kept for values that are as they were.
func reseal(request *Request, file *opened, output common.Store) (*Response, error) {
	return seal(request, file.tree, file.dataKey, file.cipher, output)
}

// pathOf gives the request's path in the form that sops asks for.
func pathOf(request *Request) ([]any, error) {
	if len(request.Path) == 0 {
		return nil, exitError(codes.ErrorInvalidSetFormat, "the path is empty")
	}
	path := make([]any, 0, len(request.Path))
	for _, step := range request.Path {
		path = append(path, step.value)
	}
	return path, nil
}

// set does what `sops set` does.
func set(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	path, err := pathOf(request)
	if err != nil {
		return nil, err
	}
	value, err := valueToSet(request.Value)
	if err != nil {
		return nil, err
	}
	file, err := open(request, input)
	if err != nil {
		return nil, err
	}
	branch, changed := file.tree.Branches[0].Set(path, value)
	file.tree.Branches[0] = branch
	if err := checkEncryptable(file.tree.Branches, output); err != nil {
		return nil, err
	}
	response, err := reseal(request, file, output)
	if err != nil {
		return nil, err
	}
	response.Changed = &changed
	return response, nil
}

// valueToSet types a JSON text the way `sops set` does: numbers on their own
// become floats, objects go through the JSON store, and lists are refused.
func valueToSet(text []byte) (any, error) {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return nil, exitError(codes.ErrorInvalidSetFormat, "the value is not JSON: %s", err)
	}
	switch value.(type) {
	case map[string]any, []any:
		branches, err := new(jsonstore.Store).LoadPlainFile(text)
		if err != nil {
			return nil, exitError(codes.ErrorInvalidSetFormat, "the value can not be set: %s", err)
		}
		return branches[0], nil
	}
	return value, nil
}

// unset does what `sops unset` does.
func unset(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	path, err := pathOf(request)
	if err != nil {
		return nil, err
	}
	file, err := open(request, input)
	if err != nil {
		return nil, err
	}
	branch, err := file.tree.Branches[0].Unset(path)
	if err != nil {
		return nil, err
	}
	file.tree.Branches[0] = branch
	return reseal(request, file, output)
}

// rotate does what `sops rotate` does.
func rotate(request *Request) (*Response, error) {
	input, output, err := storesFor(request)
	if err != nil {
		return nil, err
	}
	added, err := masterKeys(request.AddRecipients)
	if err != nil {
		return nil, err
	}
	file, err := open(request, input)
	if err != nil {
		return nil, err
	}
	groups := file.tree.Metadata.KeyGroups
	groups[0] = append(groups[0], added...)
	for i := range groups {
		groups[i] = without(groups[i], request.RemoveRecipients)
	}
	services, err := keyServices(request)
	if err != nil {
		return nil, err
	}
	dataKey, errs := file.tree.GenerateDataKeyWithKeyServices(services)
	if len(errs) > 0 {
		return nil, fmt.Errorf("no data key: %w", errors.Join(errs...))
	}
	file.dataKey = dataKey
	return reseal(request, file, output)
}

// without gives a key group with some age recipients left out.
func without(group sops.KeyGroup, recipients []string) sops.KeyGroup {
	kept := make(sops.KeyGroup, 0, len(group))
	for _, key := range group {
		master, isAge := key.(*age.MasterKey)
		removed := false
		for _, recipient := range recipients {
			removed = removed || isAge && master.Recipient == recipient
		}
		if !removed {
			kept = append(kept, key)
		}
	}
	return kept
}
