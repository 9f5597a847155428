package sample;

import com.azure.core.credential.TokenCredential;
import com.azure.core.util.BinaryData;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.ListBlobsOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.stream.Collectors;

/**
 * The sample program, written as one writes it for Azure: reads a secret, then writes, lists and reads back a blob.
 *
 * <p>No connection string, no key, no option that knows of the lab: DefaultAzureCredential finds the managed identity of
 * the machine that it runs on.
 */
public final class Program {
    private static final String VAULT_URL = "https://kv-lab.vault.azure.net";
    private static final String ACCOUNT_URL = "https://stlab.blob.core.windows.net";

    private Program() {}

    public static void main(String[] args) throws UnknownHostException {
        try {
            run(InetAddress.getLocalHost().getHostName());
        } catch (RuntimeException error) { // The SDK throws unchecked exceptions only.
            System.err.println(error.getClass().getSimpleName() + ": " + error.getMessage());
            System.exit(1);
        }
    }

    private static void run(String machine) {
        TokenCredential credential = new DefaultAzureCredentialBuilder().build();
        SecretClient secrets = new SecretClientBuilder().vaultUrl(VAULT_URL).credential(credential).buildClient();
        BlobContainerClient samples = new BlobServiceClientBuilder()
            .endpoint(ACCOUNT_URL)
            .credential(credential)
            .buildClient()
            .getBlobContainerClient("samples");
        BlobClient blob = samples.getBlobClient("hello-from-" + machine + "-java.txt");
        String text = "Written by " + machine + " at " + Instant.now();

        int length = secrets.getSecret("ConnectionString").getValue().length();
        System.out.println("Read a secret: " + length + " characters; the value itself is not shown");

        blob.upload(BinaryData.fromString(text), true);
        System.out.println("Wrote a blob: " + blob.getBlobUrl());

        String names = samples.listBlobs(new ListBlobsOptions().setPrefix("hello-from-"), null).stream()
            .map(BlobItem::getName)
            .collect(Collectors.joining(", "));
        System.out.println("Listed the blobs: " + names);

        System.out.println("Read the blob back: " + blob.downloadContent());
    }
}
