// The sample program, written as one writes it for Azure: reads a secret, then writes, lists and reads back a blob.
//
// No connection string, no key, no option that knows of the lab: DefaultAzureCredential finds the managed identity of
// the machine that it runs on.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
)

const (
	vaultURL   = "https://kv-lab.vault.azure.net"
	accountURL = "https://stlab.blob.core.windows.net"
	container  = "samples"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	machine, err := os.Hostname()
	if err != nil {
		return err
	}
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		return err
	}
	secrets, err := azsecrets.NewClient(vaultURL, credential, nil)
	if err != nil {
		return err
	}
	blobs, err := azblob.NewClient(accountURL, credential, nil)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("hello-from-%s-go.txt", machine)
	text := fmt.Sprintf("Written by %s at %s", machine, time.Now().UTC().Format(time.RFC3339Nano))

	// An empty version is the newest one.
	secret, err := secrets.GetSecret(ctx, "ConnectionString", "", nil)
	if err != nil {
		return err
	}
	fmt.Printf("Read a secret: %d characters; the value itself is not shown\n", len(*secret.Value))

	if _, err := blobs.UploadBuffer(ctx, container, name, []byte(text), nil); err != nil {
		return err
	}
	fmt.Printf("Wrote a blob: %s/%s/%s\n", accountURL, container, name)

	names, err := list(ctx, blobs, "hello-from-")
	if err != nil {
		return err
	}
	fmt.Printf("Listed the blobs: %s\n", strings.Join(names, ", "))

	download, err := blobs.DownloadStream(ctx, container, name, nil)
	if err != nil {
		return err
	}
	defer download.Body.Close()
	content, err := io.ReadAll(download.Body)
	if err != nil {
		return err
	}
	fmt.Printf("Read the blob back: %s\n", content)
	return nil
}

func list(ctx context.Context, blobs *azblob.Client, prefix string) ([]string, error) {
	var names []string
	pages := blobs.NewListBlobsFlatPager(container, &azblob.ListBlobsFlatOptions{Prefix: &prefix})
	for pages.More() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Segment.BlobItems {
			names = append(names, *item.Name)
		}
	}
	return names, nil
}
