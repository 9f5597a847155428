// The sample program, written as one writes it for Azure: reads a secret, then writes, lists and reads back a blob.
//
// No connection string, no key, no option that knows of the lab: DefaultAzureCredential finds the managed identity of the
// machine that it runs on.

using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

var vaultUrl = new Uri("https://kv-lab.vault.azure.net");
var accountUrl = new Uri("https://stlab.blob.core.windows.net");

try
{
    await RunAsync();
    return 0;
}
catch (Exception error) when (error is RequestFailedException or AuthenticationFailedException or AggregateException)
{
    Console.Error.WriteLine($"{error.GetType().Name}: {error.Message}");
    return 1;
}

async Task RunAsync()
{
    var machine = Environment.MachineName;
    var credential = new DefaultAzureCredential();
    var secrets = new SecretClient(vaultUrl, credential);
    var samples = new BlobServiceClient(accountUrl, credential).GetBlobContainerClient("samples");
    var blob = samples.GetBlobClient($"hello-from-{machine}-csharp.txt");
    var text = $"Written by {machine} at {DateTimeOffset.UtcNow:O}";

    KeyVaultSecret secret = await secrets.GetSecretAsync("ConnectionString");
    Console.WriteLine($"Read a secret: {secret.Value.Length} characters; the value itself is not shown");

    await blob.UploadAsync(BinaryData.FromString(text), overwrite: true);
    Console.WriteLine($"Wrote a blob: {blob.Uri}");

    var names = new List<string>();
    await foreach (BlobItem item in samples.GetBlobsAsync(new GetBlobsOptions { Prefix = "hello-from-" }))
    {
        names.Add(item.Name);
    }
    Console.WriteLine($"Listed the blobs: {string.Join(", ", names)}");

    BlobDownloadResult content = await blob.DownloadContentAsync();
    Console.WriteLine($"Read the blob back: {content.Content}");
}
