/**
 * What the lab's Blob Storage does, by Azure's name of the operation. One that has no handler here is known all the same:
 * its caller is authenticated and authorised, and then told that the feature is not enabled.
 */
import { deleteBlob, setBlobMetadata, setBlobProperties } from './blobs.ts';
import { getBlockList, putBlock, putBlockList } from './blocks.ts';
import {
  createContainer,
  deleteContainer,
  getContainerAcl,
  getContainerMetadata,
  getContainerProperties,
  listBlobs,
  setContainerMetadata,
} from './containers.ts';
import type { Handler } from './exchange.ts';
import { getBlob, getBlobMetadata, getBlobProperties } from './get-blob.ts';
import { putBlob } from './put-blob.ts';
import { getAccountInformation, getBlobServiceProperties, listContainers } from './service.ts';
import { getBlobTags, setBlobTags } from './tags.ts';

export const HANDLERS: ReadonlyMap<string, Handler> = new Map(
  Object.entries({
    ListContainers: listContainers,
    GetAccountInformation: getAccountInformation,
    GetBlobServiceProperties: getBlobServiceProperties,
    CreateContainer: createContainer,
    GetContainerProperties: getContainerProperties,
    GetContainerMetadata: getContainerMetadata,
    SetContainerMetadata: setContainerMetadata,
    GetContainerACL: getContainerAcl,
    DeleteContainer: deleteContainer,
    ListBlobs: listBlobs,
    PutBlob: putBlob,
    GetBlob: getBlob,
    GetBlobProperties: getBlobProperties,
    GetBlobMetadata: getBlobMetadata,
    SetBlobMetadata: setBlobMetadata,
    SetBlobProperties: setBlobProperties,
    DeleteBlob: deleteBlob,
    PutBlock: putBlock,
    PutBlockList: putBlockList,
    GetBlockList: getBlockList,
    GetBlobTags: getBlobTags,
    SetBlobTags: setBlobTags,
  }),
);
