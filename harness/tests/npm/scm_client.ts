// Uses the client that odata2ts generates from our $metadata, strictly type-checked: scm_client.js BASE TOKEN
import { FetchClient } from "@odata2ts/http-client-fetch";
import { CLMIntegrationContractStatus } from "./client/MicrosoftDynamicsDataEntitiesModel";
import { MicrosoftDynamicsDataEntitiesService } from "./client/MicrosoftDynamicsDataEntitiesService";

async function main(base: string, token: string): Promise<void> {
  const http = new FetchClient({ headers: { Authorization: `Bearer ${token}` } });
  const scm = new MicrosoftDynamicsDataEntitiesService(http, base);
  const vendors = await scm.VendorsV2().query((query, vendor) =>
    query.filter(vendor.VendorAccountNumber.eq("1001")).select("VendorOrganizationName"),
  );
  await scm.CLMIntegrationContractTypes().create({ Name: "NDA", Description: "Non-disclosure" });
  const key = { dataAreaId: "usmf", ContractId: "C00001" };
  const dates = { EffectiveDate: "2026-01-01T12:00:00Z", ExpirationDate: "2027-12-31T12:00:00Z" };
  await scm.CLMIntegrationContracts().create({ ...key, ...dates, ContractType: "NDA" });
  const contract = scm.CLMIntegrationContracts(key);
  await contract.patch({ ContractStatus: CLMIntegrationContractStatus.Executed });
  // It would compare an enumeration with a text, which finance and operations refuses: the key finds the row.
  const executed = await scm.CLMIntegrationContracts().query((query, row) =>
    query.filter(row.ContractId.eq("C00001")),
  );
  await contract.delete();
  const [first] = executed.data.value;
  console.log(JSON.stringify({ vendor: vendors.data.value[0]?.VendorOrganizationName, status: first?.ContractStatus }));
}

void main(process.argv[2] ?? "", process.argv[3] ?? "");
