local paused = obj.spec.paused == true
local held = obj.status ~= nil and obj.status.deletionsToConfirm ~= nil

local actions = {}
actions["refresh"] = { displayName = "Look at it now", iconClass = "fa fa-fw fa-sync-alt" }
actions["pause"] = { disabled = paused, displayName = "Stop all changes", iconClass = "fa fa-fw fa-pause" }
actions["unpause"] = { disabled = not paused, displayName = "Allow changes again", iconClass = "fa fa-fw fa-play" }
actions["confirm-deletions"] = { disabled = not held, displayName = "Confirm all held deletions", iconClass = "fa fa-fw fa-trash" }
return actions
