/**
 * Application ids of Azure's services, which are the same in every tenant: nothing that a lab declares can have one.
 * @see https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in
 */
export const AZURE_APPLICATION_IDS: readonly string[] = [
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', // Key Vault
  'e406a681-f3d4-42a8-90b6-c2b029497af1', // Storage
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Resource Manager
  '00000003-0000-0000-c000-000000000000', // Microsoft Graph
  '00000002-0000-0000-c000-000000000000', // its predecessor
  '022907d3-0f1b-48f7-badc-1ba6abab6d66', // SQL Database
  'a232010e-820c-4083-83bb-3ace5fc29d0b', // Cosmos DB
  '35ffadb3-7fc1-497e-b61b-381d28e744cc', // App Configuration
  'fb60f99c-7a34-4190-8149-302f77469936', // token exchange
];
