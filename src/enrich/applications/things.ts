/** Appliances, cameras, plants, buildings. How a line is read: `table.ts`. */
export const THINGS = `
[iot]
mqtt tcp/1883,8883,8884 hivemq.cloud emqx.cloud
coap udp/5683,5684 tcp/5683,5684
lwm2m udp/5685,5686
zigbee-gateway udp/17754-17756
homekit =apple-homekit tcp/51827
home-assistant nabu.casa home-assistant.io
hue philips-hue.com meethue.com
alexa alexa.amazon.com avs-alexa-na.amazon.com device-metrics-us.amazon.com amazonalexa.com =amazonalexa =amazon-echo
google-home home.nest.com googlehomefoyer-pa.googleapis.com =googlehome
nest nest.com dropcam.com =nest-log-sink
ring ring.com both/9998
blink immedia-semi.com blinkforhome.com
arlo arlo.com arlo.netgear.com
tuya tuya.com tuyaeu.com tuyaus.com udp/6666,6667 tuyacn.com =tuya-lp =tuyalp
tapo tplinkcloud.com tplinkra.com tapo.com udp/20002 tcp/20004 =tplink-shp =tplinkshp
shelly shelly.cloud
sonoff coolkit.cc
smartthings smartthings.com samsungiotcloud.com =smart-things
samsung samsung.com samsungcloud.com samsungcloudsolution.com samsungotn.net samsungelectronics.com samsungapps.com samsungosp.com
lg lge.com lgtvsdp.com lgsmartad.com lgappstv.com lgthinq.com
sony-tv bravia.sony.com
xiaomi xiaomi.com mi.com miui.com xiaomi.net both/54321 =miio
huawei-devices hicloud.com dbankcloud.com dbankcloud.cn huawei.com dbankcdn.com
wyze wyze.com wyzecam.com
tesla tesla.com teslamotors.com tesla.services
ecobee ecobee.com
garmin garmin.com
fitbit fitbit.com
withings withings.com withings.net
peloton onepeloton.com pelotoncycle.com
irobot irobotapi.com irobot.com
miele miele.com
bosch-home home-connect.com boschsmarthome.com
netatmo netatmo.net netatmo.com
tado tado.com
fritz avm.de fritz.box myfritz.net
aws-iot iot.amazonaws.com
azure-iot global.azure-devices-provisioning.net
hikvision hikvision.com hik-connect.com hicloudcam.com
dahua tcp/37777 udp/37778 dahuasecurity.com easy4ip.com
reolink reolink.com
axis-cameras axis.com
verkada verkada.com
milestone tcp/7563 milestonesys.com
genetec genetec.com
dicom tcp/104,11112,2761,2762
hl7 tcp/2575
lifx udp/56700
wemo wemo.com xbcs.net
zwave-gateway tcp/41230 udp/41230
matter udp/5540
thread-border udp/61631
lorawan udp/1700
govee udp/4002,4003 govee.com
solar-inverters solaredge.com solarweb.com sma.de enphaseenergy.com solarmanpv.com growatt.com
[industrial]
modbus tcp/502,802 udp/502 =modbus-base
s7 tcp/102 =s7comm =iso-tsap =siemens-s7 =s7-comm =mms-ics =s7commplus =iso9506-1-mms
dnp3 both/20000 tcp/19999 =dnp
opc-ua tcp/4840,4843 udp/4840 =opcua
bacnet udp/47808-47810 =bacnet-base
ethernet-ip both/44818 udp/2222 =enip =cip =cip-ethernet-ip =ethernetip
profinet both/34962-34964 =profinet-io =profinet-cm
iec-104 tcp/2404,19998 =iec60870-5-104 =iec-60870-5-104 =iec60870
iec-61850 =goose
knx udp/3671 =knxnet-ip
fins udp/9600 =omron-fins
melsec tcp/5006,5007 udp/5006 =mitsubishi-melsec
ge-srtp tcp/18245,18246
hart-ip both/5094
niagara-fox tcp/1911,4911 =tridium-fox
codesys tcp/1217,2455,11740 udp/1740-1743
ethercat udp/34980
foundation-fieldbus both/1089-1091
pcworx tcp/1962
proconos tcp/20547
crimson tcp/789
ats-lon udp/1628,1629
ieee-c37 tcp/4712 udp/4713 =synchrophasor =ieee-c37-118
rtps udp/7400,7401,7410-7417 =dds
emerson-deltav udp/18507,18508,18510,18515-18519
honeywell-cda tcp/55553
moxa udp/4800 tcp/4900
wonderware tcp/5413,5026
pi-server tcp/5450,5457 osisoft.com
ads-beckhoff tcp/48898 udp/48899 =ams =beckhoff-ads =beckhoffads
mtconnect tcp/7878
sercos udp/35021
ocpp tcp/9220 =open-charge-point
`
