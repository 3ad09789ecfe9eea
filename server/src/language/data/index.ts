/** The root level of keepalived.conf, in the order of keepalived's own tables. */
import type { KeywordSpec } from "../schema";
import { bfdInstance } from "./bfd";
import {
  childWaitTime,
  globalDefs,
  instance,
  linkbeatUsePolling,
  namespaceWithIpsets,
  netNamespace,
  netNamespaceIpvs,
  usePidDir,
} from "./global";
import { ssl, virtualServer, virtualServerGroup } from "./lvs";
import {
  garpGroup,
  interfaceUpDownDelays,
  linkbeatInterfaces,
  staticIpaddress,
  staticRoutes,
  staticRules,
  trackFile,
  trackGroup,
  vrrpInstance,
  vrrpScript,
  vrrpSyncGroup,
  vrrpTrackFile,
  vrrpTrackProcess,
} from "./vrrp";

export const ROOT: readonly KeywordSpec[] = [
  linkbeatUsePolling,
  netNamespace,
  netNamespaceIpvs,
  namespaceWithIpsets,
  usePidDir,
  instance,
  childWaitTime,
  globalDefs,
  trackGroup,
  staticIpaddress,
  staticRoutes,
  staticRules,
  vrrpSyncGroup,
  garpGroup,
  linkbeatInterfaces,
  interfaceUpDownDelays,
  vrrpInstance,
  vrrpScript,
  vrrpTrackProcess,
  trackFile,
  vrrpTrackFile,
  ssl,
  virtualServerGroup,
  virtualServer,
  bfdInstance,
];

export { RELEASES } from "./releases";
