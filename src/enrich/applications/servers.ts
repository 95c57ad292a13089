/** What servers speak among themselves, and the platforms they stand on. How a line is read: `table.ts`. */
export const SERVERS = `
[cloud]
aws amazonaws.com aws.amazon.com awsstatic.com aws.dev awsapps.com amazonaws.com.cn console.aws amazoncognito.com awsglobalaccelerator.com elasticbeanstalk.com =amazon-web-services =amazonaws =aws-base =amazon-ec2
azure azure.com azure.net windows.net azurewebsites.net azureedge.net azure-api.net azurefd.net trafficmanager.net cloudapp.net azure-devices.net azurecontainer.io visualstudio.com msecnd.net azurefd.us microsoftazure.de =windows-azure =ms-azure =microsoft-azure
google-cloud cloud.google.com appspot.com run.app cloudfunctions.net firebaseio.com firebaseapp.com web.app firestore.googleapis.com firebase.google.com firebase.com =googlecloud =google-cloud-base
google-services googleapis.com gstatic.com googleusercontent.com ggpht.com clients.google.com clients1.google.com clients2.google.com clients3.google.com clients4.google.com clients5.google.com clients6.google.com =googleservices =google-base =google-play-services
microsoft-services microsoft.com msn.net live.com live.net microsoft.net windows.com aka.ms s-microsoft.com msocdn.com sfx.ms microsoftonline.com s-msedge.net msedge.net microsoftedge.com =ms-services =microsoft =ms-update-services =microsoftonline
apple-services apple.com icloud.com apple-cloudkit.com icloud-content.com aaplimg.com apple-dns.net cdn-apple.com apple.com.akadns.net =apple =icloud =appleicloud =icloud-base =apple-icloud
oracle-cloud oci.oraclecloud.com oraclecloudapps.com oracle.com
ibm-cloud bluemix.net softlayer.com softlayer.net ibm.com
alibaba-cloud aliyun.com aliyuncs.com alicdn.com alibabacloud.com =alicloud
tencent-cloud tencentcloud.com myqcloud.com tencentcs.com
digitalocean digitalocean.com digitaloceanspaces.com ondigitalocean.app
hetzner hetzner.com hetzner.cloud your-server.de hetzner.de your-objectstorage.com
ovh ovh.net ovh.com ovhcloud.com
ionos ionos.com ionos.de 1and1.com kundenserver.de
linode linode.com linodeobjects.com
vultr vultr.com
scaleway scaleway.com scw.cloud
strato strato.de rzone.de
heroku heroku.com herokuapp.com herokucdn.com
vercel vercel.app vercel.com now.sh
netlify netlify.app netlify.com
render onrender.com
supabase supabase.co supabase.com
wordpress wordpress.com wp.com wordpress.org gravatar.com
wix wix.com wixstatic.com parastorage.com
squarespace squarespace.com squarespace-cdn.com sqspcdn.com
godaddy godaddy.com secureserver.net
webflow webflow.com webflow.io website-files.com
[cdn]
akamai akamai.net akamaiedge.net akamaihd.net akamaized.net edgekey.net edgesuite.net akamaitechnologies.com akadns.net akstat.io go-mpulse.net akam.net =akamai-base
cloudflare cloudflare.com cloudflare.net cloudflareinsights.com cloudflarestorage.com pages.dev workers.dev cdn-cgi.com =cloudflare-base
fastly fastly.net fastlylb.net fastly.com edgecompute.app
cloudfront cloudfront.net =amazon-cloudfront =aws-cloudfront
edgio edgecastcdn.net llnwd.net llnwi.net edgio.net v0cdn.net
bunny b-cdn.net bunnycdn.com bunny.net bunnyinfra.net
keycdn kxcdn.com keycdn.com
cdn77 cdn77.org cdn77.com cdnpk.net
jsdelivr jsdelivr.net
unpkg unpkg.com
cdnjs cdnjs.com cdnjs.cloudflare.com
gcore gcorelabs.net gcdn.co gcore.com
stackpath stackpathcdn.com stackpathdns.com bootstrapcdn.com
imperva incapdns.net imperva.com
imgix imgix.net
cloudinary cloudinary.com
sucuri sucuri.net
[storage]
iscsi tcp/3260,860
isns both/3205
ceph tcp/3300,6789,6800-6810
glusterfs tcp/24007,24008
drbd tcp/7788-7794
nbd tcp/10809
aoe-nvme tcp/4420
ndmp tcp/10000
netapp-snapmirror tcp/10565,10566,11104,11105
s3 s3.amazonaws.com s3-accelerate.amazonaws.com wasabisys.com backblazeb2.com r2.cloudflarestorage.com =aws-s3 =amazon-s3
azure-storage blob.core.windows.net file.core.windows.net dfs.core.windows.net queue.core.windows.net table.core.windows.net
google-storage storage.googleapis.com storage.cloud.google.com
hdfs tcp/8020,9820,9866,9867,50010,50020,50070,50075
moosefs tcp/9419-9422
beegfs both/8003-8005
lustre tcp/988
gpfs tcp/1191
dell-emc-data-domain tcp/2051,3009
qnap qnap.com myqnapcloud.com
synology tcp/6690 synology.com synology.me quickconnect.to
seaweedfs tcp/9333
[backup]
veeam tcp/2500-2524,2526-2574,2576-2597,2599,6160,6162,10001-10003,10005,10006 veeam.com
acronis tcp/9876,44445 both/43234 acronis.com
bacula tcp/9101-9103
netbackup tcp/1556,13720,13721,13724,13782,13783,10082,10102 veritas.com
commvault tcp/8400-8403 commvault.com metallic.io
networker tcp/7937-7940
spectrum-protect tcp/1500,1501,1580,1581 =tsm
arcserve tcp/6050,6054,6502,41523 arcserve.com
backup-exec tcp/3527,6101,6106
amanda tcp/10080,10083
rubrik tcp/12800,12801 rubrik.com
cohesity tcp/11113,11117 cohesity.com
borg borgbase.com
proxmox-backup tcp/8007
urbackup tcp/55413-55415 udp/35622,35623
backblaze backblaze.com
carbonite carbonite.com
crashplan tcp/4242,4282,4285 crashplan.com code42.com
druva druva.com
datto datto.com dattobackup.com dattolocal.net
idrive idrive.com
barracuda-backup tcp/5120,5121 barracuda.com barracudanetworks.com
time-machine =apple-time-machine
nakivo tcp/9446 nakivo.com
msp-backup cove.cloud
[database]
mysql tcp/3306,33060,6446,6447 =mysql-base
postgresql tcp/5432,5433,6432 =postgres =pgsql
mssql tcp/1433 udp/1434 =mssql-tds =ms-sql =sqlserver =mssql-db =mssql-db-unencrypted =mssql-mon =ms-sql-s
oracle tcp/1521,1522,1526,2483,2484 =sqlnet =oracle-sqlnet =tns
mongodb tcp/27017-27020 mongodb.net mongodb.com =mongodb-base
redis tcp/6379,6380,16379,26379 redis.com redislabs.com =resp
memcached both/11211 =memcache =memcached-base
cassandra tcp/9042,9142,9160,7000,7001,7199
elasticsearch tcp/9200,9300 elastic-cloud.com elastic.co found.io
opensearch tcp/9600 opensearch.org
solr tcp/8983
clickhouse tcp/8123,9000,9440 clickhouse.cloud clickhouse.com
influxdb tcp/8086 influxdata.com
timescale timescaledb.io timescale.com
couchdb tcp/5984,6984
couchbase tcp/8091-8094,11207,11210,18091-18094
neo4j tcp/7473,7474,7687 neo4j.io
db2 tcp/50000,523,446 =drda
sybase tcp/2638 =sybase-base
informix tcp/9088,9089
firebird tcp/3050 =interbase
cockroachdb tcp/26257
rethinkdb tcp/28015,29015
aerospike tcp/3001,3002
riak tcp/8087,8098
hana tcp/30013,30015,30041,39013,39015 =sap-hana
teradata teradata.com
vertica tcp/5434
snowflake snowflakecomputing.com snowflake.com snowflake.app
databricks databricks.com azuredatabricks.net
dynamodb dynamodb.amazonaws.com
bigquery bigquery.googleapis.com
etcd tcp/2379,2380
hbase tcp/16000,16010,16020,16030
hive tcp/9083
impala tcp/21000,21050
presto trino.io
sphinx tcp/9306,9312
tarantool tcp/3301
orientdb tcp/2424
arangodb tcp/8529
milvus tcp/19530
qdrant tcp/6333,6334 qdrant.io
derby tcp/1527
filemaker tcp/5003
progress tcp/20931
btrieve tcp/3351
odbc =odbc-base
scylladb tcp/19042 scylladb.com
victoriametrics tcp/8428,8480
[middleware]
kafka tcp/9092-9094 confluent.cloud confluent.io
amqp tcp/5671,5672,15672,25672 cloudamqp.com =rabbitmq =amqps
activemq tcp/61613,61616,61617 =stomp =openwire
nats tcp/4222,6222,8222
zookeeper tcp/2181,2888,3888
pulsar tcp/6650,6651
ibm-mq tcp/1414 =mqseries =ibm-mqseries
msmq both/1801 tcp/2101,2103,2105
tibco tcp/7222 udp/7500
nsq tcp/4150,4151,4160,4161
consul both/8300-8302,8600 tcp/8500-8502
vault tcp/8201 hashicorp.cloud
nomad tcp/4646-4648
epmd tcp/4369
gearman tcp/4730
zeromq =zmq
service-bus servicebus.windows.net
aws-sqs sqs.amazonaws.com
pubsub pubsub.googleapis.com
spark tcp/7077
yarn tcp/8030-8033
ignite tcp/10800,47500,47100
hazelcast tcp/5701
corosync udp/5404,5405
cluster-service udp/3343 =ms-cluster-net
pacemaker tcp/2224
heartbeat udp/694
rpc-over-soap =soap
grpc tcp/50051
weblogic tcp/7002
jboss tcp/8787,9990
websphere tcp/9060,9080
[development]
git tcp/9418
github github.com github.io githubusercontent.com githubassets.com ghcr.io github.dev githubapp.com =github-base
copilot githubcopilot.com copilot-proxy.githubusercontent.com
gitlab gitlab.com gitlab.io gitlab-static.net
bitbucket bitbucket.org bitbucket.com tcp/7990,7999
azure-devops dev.azure.com vsassets.io vsblob.visualstudio.com pkgs.visualstudio.com
docker tcp/2375-2377 docker.com docker.io dockerhub.com
docker-registry tcp/5000 quay.io gcr.io registry.k8s.io pkg.dev mcr.microsoft.com azurecr.io ecr.amazonaws.com public.ecr.aws
docker-swarm both/7946
kubernetes tcp/6443,10250,10255,10256,10257,10259 k8s.io kubernetes.io
npm npmjs.com npmjs.org yarnpkg.com
pypi pythonhosted.org pypi.python.org
maven maven.org repo.maven.apache.org sonatype.org
rubygems rubygems.org
crates crates.io rust-lang.org
golang golang.org go.dev
apache apache.org
nuget nuget.org
packagist packagist.org getcomposer.org
conda anaconda.org anaconda.com conda.io
jfrog jfrog.io jfrog.com bintray.com
stack-overflow stackoverflow.com stackexchange.com sstatic.net superuser.com serverfault.com askubuntu.com
visual-studio vscode-cdn.net vscode.dev marketplace.visualstudio.com code.visualstudio.com vscode-unpkg.net
jetbrains jetbrains.com
postman postman.com getpostman.com pstmn.io
jenkins jenkins.io jenkins-ci.org
terraform terraform.io hashicorp.com
circleci circleci.com
travis travis-ci.com travis-ci.org
sonarqube sonarcloud.io sonarqube.org
launchdarkly launchdarkly.com
codepen codepen.io codesandbox.io stackblitz.com replit.com
cvs tcp/2401
perforce tcp/1666 perforce.com
distcc tcp/3632
adb tcp/5037,5555
jupyter jupyter.org colab.research.google.com
nodejs nodejs.org
python python.org
portainer portainer.io
debugger tcp/9229
`
