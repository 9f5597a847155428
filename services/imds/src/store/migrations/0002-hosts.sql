-- Sites of App Service beside virtual machines: whatever has a managed identity is a host.
ALTER TABLE virtual_machines RENAME TO hosts;
ALTER TABLE hosts ADD COLUMN kind TEXT NOT NULL DEFAULT 'virtualMachine';
